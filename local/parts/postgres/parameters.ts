import { AwsError } from "../../aws/model.ts";
import { objects, text } from "../../aws/services/fields.ts";
import { parameterFacts } from "../../aws/services/rds/parameters.ts";
import type { JsonObject } from "../../region/protocol.ts";
import type { Settings } from "./configuration.ts";

/** One of a parameter group's, as AWS names it. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
  readonly applyMethod: string;
}

/**
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html: dynamic, 1 by default
 * from version 15 on. The one parameter of RDS's own that is emulated.
 */
export const FORCE_TLS = "rds.force_ssl";

/** What Debian's package holds of the libraries that RDS may preload. */
const LIBRARIES = ["auto_explain", "pg_prewarm", "pg_stat_statements"];

/** The parameters of a group, in the order of their names. */
export function readParameters(group: JsonObject): readonly Parameter[] {
  return objects(group, "parameters")
    .map((each) => ({
      name: text(each, "name") ?? "",
      value: text(each, "value") ?? "",
      applyMethod: text(each, "applyMethod") ?? "immediate",
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Refuses by name what RDS takes (the service model has judged that) and the server here cannot honour. */
export function checkParameters(parameters: readonly Parameter[]): void {
  for (const { name, value } of parameters) {
    if (name.startsWith("rds.") && name !== FORCE_TLS) {
      throw notEmulated(`${name} is not emulated; leave it out of the local configuration`);
    }
    if (value.includes("{")) {
      throw notEmulated(
        `${name}: "${value}" counts in the class's memory, which is not emulated; write a number`,
      );
    }
    if (name === "shared_preload_libraries") checkLibraries(value);
  }
}

/** One that is not there would keep the server from starting. */
function checkLibraries(value: string): void {
  const asked = value.split(",").map((library) => library.trim());
  const unknown = asked.find((library) => library !== "" && !LIBRARIES.includes(library));
  if (unknown === undefined) return;
  throw notEmulated(
    `shared_preload_libraries: ${unknown} is not installed; here are ${LIBRARIES.join(", ")}`,
  );
}

function notEmulated(reason: string): AwsError {
  return new AwsError("InvalidParameterValue", `the local cloud: ${reason}`);
}

/** `rds.force_ssl`: on unless the group turns it off. */
export function forcesTls(parameters: readonly Parameter[]): boolean {
  return parameters.find(({ name }) => name === FORCE_TLS)?.value !== "0";
}

/** What goes into the server's own configuration. */
export function serverSettings(parameters: readonly Parameter[]): Settings {
  const own = parameters.filter(({ name }) => name !== FORCE_TLS);
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}

/** Takes effect when the server starts next (`pending-reboot`). */
export function isStatic(name: string): boolean {
  return parameterFacts(name)?.static === true;
}
