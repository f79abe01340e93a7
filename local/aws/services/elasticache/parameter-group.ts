import type { Failure } from "../../../provider/provider.ts";
import type { ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { matches, oneOf } from "../rules.ts";
import { FAMILIES } from "./engines.ts";
import { parameterProblem } from "./parameters.ts";
import { PARAMETER_GROUP, usersOf } from "./references.ts";

const DOC =
  "https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateCacheParameterGroup.html";
const PARAMETERS_DOC = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html";

/** Each one known, each once, each with a value it may have. */
const known: Rule = {
  source: PARAMETERS_DOC,
  check({ parameters }): Failure[] {
    if (!Array.isArray(parameters)) return [];
    const seen = new Set<string>();
    return (parameters as readonly unknown[]).flatMap((parameter, index): Failure[] => {
      const property = `parameters[${index}]`;
      if (typeof parameter !== "object" || parameter === null) return [];
      const { name, value } = parameter as { readonly name?: unknown; readonly value?: unknown };
      if (typeof name !== "string") return [];
      if (seen.has(name)) return [{ property, reason: `"${name}" is given twice, write each once` }];
      seen.add(name);
      if (typeof value !== "string") return [];
      const reason = parameterProblem(name, value);
      return reason === undefined ? [] : [{ property, reason }];
    });
  },
};

export const parameterGroup: ResourceModel = {
  type: PARAMETER_GROUP,
  autoname: { property: "name", maxLength: 255, lowercase: true },
  sets: ["parameters"],
  rules: [
    matches(
      "name",
      /^[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,254}(?<!-)$/,
      "1 to 255 letters, digits and single hyphens, a letter first and no hyphen last",
      DOC,
    ),
    oneOf("family", FAMILIES, DOC),
    known,
  ],
  create(inputs, account) {
    const name = generatedName(inputs).toLowerCase();
    if (account.get(PARAMETER_GROUP, name)) {
      throw new AwsError("CacheParameterGroupAlreadyExists", `Parameter group ${name} already exists`);
    }
    const arn = account.arn("elasticache", `parametergroup:${name}`, text(inputs, "region"));
    return { id: name, outputs: { arn, name } };
  },
  canDelete(current, account) {
    const [user] = usersOf(account, "parameterGroupName", current.id);
    if (!user) return;
    throw new AwsError(
      "InvalidCacheParameterGroupState",
      `One or more cache clusters are still members of this parameter group ${current.id}, ` +
        `so the group cannot be deleted: ${user.id}`,
    );
  },
};
