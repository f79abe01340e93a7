import { randomUUID } from "node:crypto";

import type { JsonObject } from "../../../region/protocol.ts";
import type { Account, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { eachMatches, unique } from "../nested-rules.ts";
import { exactlyOne, longest, matches } from "../rules.ts";
import { DISTRIBUTION } from "../cloudfront/references.ts";
import { checkDuplicate, checkScope, inUse, IP_SET, scopeRule, wafArn, WEB_ACL } from "./references.ts";
import { capacity, ipSetsOf, statementRules, STATEMENTS_NOT_MODELLED } from "./statements.ts";

const DOC = "https://docs.aws.amazon.com/waf/latest/APIReference/API_CreateWebACL.html";
const MOST_CAPACITY = 5000;

const defaultAction: Rule = {
  source: DOC,
  check({ defaultAction: action }) {
    if (typeof action !== "object" || action === null) return [];
    return exactlyOne(["allow", "block"], DOC)
      .check(action as JsonObject)
      .map(({ reason }) => ({ property: "defaultAction", reason }));
  },
};

function check(inputs: JsonObject, account: Account): void {
  const used = capacity(inputs);
  if (used > MOST_CAPACITY) {
    throw new AwsError(
      "WAFLimitsExceededException",
      `The web ACL needs ${used} capacity units, more than ${MOST_CAPACITY}.`,
    );
  }
  for (const arn of ipSetsOf(inputs)) {
    if (account.all(IP_SET).some(({ outputs }) => outputs["arn"] === arn)) continue;
    throw new AwsError(
      "WAFNonexistentItemException",
      `AWS WAF couldn't perform the operation because your resource doesn't exist: ${arn}`,
    );
  }
}

export const webAcl: ResourceModel = {
  type: WEB_ACL,
  autoname: { property: "name", maxLength: 128 },
  notModelled: [
    "associationConfig",
    "captchaConfig",
    "challengeConfig",
    "customResponseBodies",
    "dataProtectionConfig",
    "ruleJson",
    "tokenDomains",
    "defaultAction.allow.customRequestHandling",
    "defaultAction.block.customResponse",
    "rules.captchaConfig",
    "rules.challengeConfig",
    "rules.ruleLabels",
    "rules.action.allow.customRequestHandling",
    "rules.action.block.customResponse",
    "rules.action.captcha",
    "rules.action.challenge",
    "rules.action.count.customRequestHandling",
    ...STATEMENTS_NOT_MODELLED,
  ],
  sets: ["rules"],
  rules: [
    scopeRule,
    defaultAction,
    matches("name", /^[\w-]{1,128}$/, "1 to 128 letters, digits, - and _", DOC),
    longest("description", 256, DOC),
    unique("rules", "priority", DOC),
    unique("rules", "name", DOC),
    eachMatches("rules.name", /^[\w-]{1,128}$/, "1 to 128 letters, digits, - and _", DOC),
    eachMatches(
      "rules.visibilityConfig.metricName",
      /^[\w-]{1,128}$/,
      "1 to 128 letters, digits, - and _",
      DOC,
    ),
    ...statementRules,
  ],
  create(inputs, account) {
    checkScope(inputs, account);
    check(inputs, account);
    const name = generatedName(inputs);
    checkDuplicate(account, WEB_ACL, name, inputs);
    const id = randomUUID();
    return {
      id,
      outputs: {
        applicationIntegrationUrl: "",
        arn: wafArn(account, "webacl", name, id, inputs),
        capacity: capacity(inputs),
        lockToken: randomUUID(),
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
      },
    };
  },
  update(_current, inputs, account) {
    check(inputs, account);
    return { capacity: capacity(inputs), lockToken: randomUUID() };
  },
  canDelete({ outputs }, account) {
    const arn = outputs["arn"];
    if (account.all(DISTRIBUTION).some(({ inputs }) => inputs["webAclId"] === arn)) throw inUse();
  },
};
