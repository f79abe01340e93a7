/** What RDS for PostgreSQL says to a parameter of a DB parameter group. */
import { readFileSync } from "node:fs";

interface ParameterFacts {
  readonly type: "boolean" | "integer" | "number" | "enum" | "text";
  /** Takes effect with the next restart alone. */
  readonly static?: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

interface ParametersFile {
  readonly _about: string;
  readonly managed: readonly string[];
  readonly parameters: Readonly<Record<string, ParameterFacts>>;
}

const file = JSON.parse(readFileSync(new URL("parameters.json", import.meta.url), "utf8")) as ParametersFile;

/** The libraries RDS has: PostgreSQL would take any file's name. */
const LIBRARIES = [
  ...["auto_explain", "orafce", "pg_bigm", "pg_cron", "pg_hint_plan", "pg_prewarm", "pg_similarity"],
  ...[
    "pg_stat_statements",
    "pg_tle",
    "pg_transport",
    "pgactive",
    "pgaudit",
    "pglogical",
    "plprofiler",
    "rdsutils",
  ],
];

/** `{DBInstanceClassMemory/9531392}`, `LEAST({…},5000)`: RDS works it out for the instance's class. */
const FORMULA = /^[A-Z(), 0-9*/+-]*\{\w+[*/+ \w-]*\}[A-Z(){}, \w*/+-]*$/;

/** Undefined when there is no such parameter. */
export function parameterFacts(name: string): ParameterFacts | undefined {
  return Object.hasOwn(file.parameters, name) ? file.parameters[name] : undefined;
}

/** Set by RDS alone: the group may show it, never change it. */
export function isManaged(name: string): boolean {
  return file.managed.includes(name);
}

function allowed(facts: ParameterFacts, name: string): string | undefined {
  if (name === "shared_preload_libraries") return LIBRARIES.join(",");
  if (facts.type === "boolean") return "0,1";
  if (facts.values) return facts.values.join(",");
  return facts.min === undefined ? undefined : `${facts.min}-${facts.max ?? ""}`;
}

function isAllowed(facts: ParameterFacts, name: string, value: string): boolean {
  if (name === "shared_preload_libraries") {
    return value.split(",").every((library) => library === "" || LIBRARIES.includes(library));
  }
  switch (facts.type) {
    case "boolean":
      return value === "0" || value === "1";
    case "enum":
      return facts.values?.includes(value) ?? false;
    case "text":
      return true;
    default: {
      const pattern = facts.type === "integer" ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/;
      const number = Number(value);
      return pattern.test(value) && number >= (facts.min ?? number) && number <= (facts.max ?? number);
    }
  }
}

/** The values that are allowed instead; undefined when this one is. */
export function allowedInstead(facts: ParameterFacts, name: string, value: string): string | undefined {
  if (isAllowed(facts, name, value)) return undefined;
  if ((facts.type === "integer" || facts.type === "number") && FORMULA.test(value)) return undefined;
  return allowed(facts, name);
}
