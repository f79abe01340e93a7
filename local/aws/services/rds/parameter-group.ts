import type { Failure } from "../../../provider/provider.ts";
import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { isObject, objects, text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { longest, matches } from "../rules.ts";
import { MAJORS } from "./engine.ts";
import { allowedInstead, isManaged, parameterFacts } from "./parameters.ts";
import { INSTANCE, PARAMETER_GROUP } from "./references.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBParameterGroup.html";
const PARAMETER_DOC =
  "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html";

const FAMILIES = MAJORS.map((major) => `postgres${major}`);

const family: Rule = {
  source: DOC,
  check(inputs) {
    const value = inputs["family"];
    if (typeof value !== "string" || FAMILIES.includes(value)) return [];
    const reason = `must be one of ${FAMILIES.join(", ")} (other engines are not modelled by the stand-in), got "${value}"`;
    return [{ property: "family", reason }];
  },
};

/** What may be checked before anything is made: the way of applying, and each name once. */
const parameters: Rule = {
  source: PARAMETER_DOC,
  check(inputs) {
    const list = inputs["parameters"];
    if (!Array.isArray(list)) return [];
    const seen = new Set<string>();
    return (list as readonly Json[]).flatMap((entry, index): Failure[] => {
      if (!isObject(entry)) return [];
      const at = `parameters[${index}]`;
      const method = text(entry, "applyMethod");
      const name = text(entry, "name");
      const failures: Failure[] = [];
      if (method !== undefined && method !== "immediate" && method !== "pending-reboot") {
        failures.push({
          property: `${at}.applyMethod`,
          reason: `must be one of immediate, pending-reboot, got "${method}"`,
        });
      }
      if (name !== undefined && seen.has(name)) {
        failures.push({
          property: `${at}.name`,
          reason: `"${name}" is there twice: set each parameter once`,
        });
      }
      if (name !== undefined) seen.add(name);
      return failures;
    });
  },
};

function checkParameter(parameter: JsonObject): void {
  const name = text(parameter, "name") ?? "";
  const value = text(parameter, "value") ?? "";
  if (isManaged(name)) {
    throw new AwsError("InvalidParameterValue", `The parameter ${name} cannot be modified.`);
  }
  const facts = parameterFacts(name);
  if (!facts) throw new AwsError("InvalidParameterValue", `Could not find parameter with name: ${name}`);
  const instead = allowedInstead(facts, name, value);
  if (instead !== undefined) {
    throw new AwsError(
      "InvalidParameterValue",
      `Invalid parameter value: ${value} for: ${name} allowed values are: ${instead}`,
    );
  }
  if (facts.static === true && text(parameter, "applyMethod") !== "pending-reboot") {
    throw new AwsError(
      "InvalidParameterCombination",
      `cannot use immediate apply method for static parameter (${name}: set applyMethod to pending-reboot)`,
    );
  }
}

/** Parameters apply to every member of the group: what is static waits for each one's next restart. */
export const parameterGroup: ResourceModel = {
  type: PARAMETER_GROUP,
  autoname: { property: "name", maxLength: 255, lowercase: true },
  defaults: { description: "Managed by Pulumi" },
  notModelled: ["skipDestroy"],
  sets: ["parameters"],
  rules: [
    matches(
      "name",
      /^(?=.{1,255}$)[a-z](-?[a-z0-9])*$/,
      "at most 255 of a-z, 0-9 and -, a letter first, no hyphen at the end and no two in a row",
      DOC,
    ),
    longest("description", 255, DOC),
    family,
    parameters,
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.get(PARAMETER_GROUP, name)) {
      throw new AwsError("DBParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
    }
    objects(inputs, "parameters").forEach(checkParameter);
    const arn = account.arn("rds", `pg:${name}`, text(inputs, "region"));
    return { id: name, outputs: { arn, name, namePrefix: text(inputs, "namePrefix") ?? "" } };
  },
  update(_current, inputs) {
    objects(inputs, "parameters").forEach(checkParameter);
    return {};
  },
  canDelete(current, account) {
    if (!account.all(INSTANCE).some(({ outputs }) => outputs["parameterGroupName"] === current.id)) return;
    throw new AwsError(
      "InvalidDBParameterGroupState",
      `One or more database instances are still members of this parameter group ${current.id}, so the group cannot be deleted`,
    );
  },
};
