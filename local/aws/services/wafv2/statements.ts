/** Statements of web ACL rules: what the stand-in models, what each costs, and what it does here. */
import type { JsonObject } from "../../../region/protocol.ts";
import type { Rule } from "../../model.ts";
import { placesAt } from "../../nested.ts";
import { object, objects, text } from "../fields.ts";
import { eachBetween, eachNumberIn, eachOneOf } from "../nested-rules.ts";

const RATE_DOC = "https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html";
const STATEMENT_DOC = "https://docs.aws.amazon.com/waf/latest/APIReference/API_Statement.html";

/**
 * | statement | in the CDN part |
 * |---|---|
 * | `rateBasedStatement` by IP | enforced |
 * | `ipSetReferenceStatement` | enforced |
 * | `managedRuleGroupStatement` of AWS | inert: the rules are AWS's alone |
 * | every other | refused by name |
 */
const MODELLED = ["rateBasedStatement", "ipSetReferenceStatement", "managedRuleGroupStatement"];

/** Statements WAF has and nobody models. */
const OTHERS = [
  "andStatement",
  "asnMatchStatement",
  "byteMatchStatement",
  "geoMatchStatement",
  "labelMatchStatement",
  "notStatement",
  "orStatement",
  "regexMatchStatement",
  "regexPatternSetReferenceStatement",
  "ruleGroupReferenceStatement",
  "sizeConstraintStatement",
  "sqliMatchStatement",
  "xssMatchStatement",
];

/**
 * AWS's rule groups with their capacity units, which a web ACL may spend 5,000 of.
 * https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const MANAGED_GROUPS: ReadonlyMap<string, number> = new Map([
  ["AWSManagedRulesCommonRuleSet", 700],
  ["AWSManagedRulesAdminProtectionRuleSet", 100],
  ["AWSManagedRulesKnownBadInputsRuleSet", 200],
  ["AWSManagedRulesSQLiRuleSet", 200],
  ["AWSManagedRulesLinuxRuleSet", 200],
  ["AWSManagedRulesUnixRuleSet", 100],
  ["AWSManagedRulesWindowsRuleSet", 200],
  ["AWSManagedRulesPHPRuleSet", 100],
  ["AWSManagedRulesWordPressRuleSet", 100],
  ["AWSManagedRulesAmazonIpReputationList", 25],
  ["AWSManagedRulesAnonymousIpList", 50],
]);

const S = "rules.statement";

export const STATEMENTS_NOT_MODELLED: readonly string[] = [
  ...OTHERS.map((kind) => `${S}.${kind}`),
  ...["customKeys", "forwardedIpConfig", "scopeDownStatement"].map((key) => `${S}.rateBasedStatement.${key}`),
  `${S}.ipSetReferenceStatement.ipSetForwardedIpConfig`,
  ...["managedRuleGroupConfigs", "scopeDownStatement"].map((key) => `${S}.managedRuleGroupStatement.${key}`),
];

const oneStatement: Rule = {
  source: STATEMENT_DOC,
  check: (inputs) =>
    placesAt(inputs, S).flatMap(({ property, value }) => {
      if (typeof value !== "object" || value === null) return [];
      const given = MODELLED.filter((kind) => (value as JsonObject)[kind] !== undefined);
      return given.length === 1
        ? []
        : [{ property, reason: `must hold exactly one of ${MODELLED.join(", ")}` }];
    }),
};

/** Groups decide by themselves, so they take an overriding action; every other rule takes its own. */
const actions: Rule = {
  source: "https://docs.aws.amazon.com/waf/latest/APIReference/API_Rule.html",
  check(inputs) {
    const rules = inputs["rules"];
    if (!Array.isArray(rules)) return [];
    return (rules as readonly JsonObject[]).flatMap((rule, index) => {
      if (typeof rule !== "object" || typeof rule["statement"] !== "object") return [];
      const group = object(rule, "statement")?.["managedRuleGroupStatement"] !== undefined;
      const [wanted, other] = group ? ["overrideAction", "action"] : ["action", "overrideAction"];
      if (rule[wanted] !== undefined && rule[other] === undefined) return [];
      const kind = group ? "a managed rule group" : "this statement";
      return [{ property: `rules[${index}]`, reason: `needs ${wanted}, and no ${other}, with ${kind}` }];
    });
  },
};

export const statementRules: readonly Rule[] = [
  oneStatement,
  actions,
  eachBetween(`${S}.rateBasedStatement.limit`, 10, 2_000_000_000, RATE_DOC),
  eachNumberIn(`${S}.rateBasedStatement.evaluationWindowSec`, [60, 120, 300, 600], RATE_DOC),
  // The others count by headers, keys or all requests together, which nobody models.
  eachOneOf(`${S}.rateBasedStatement.aggregateKeyType`, ["IP"], RATE_DOC),
  eachOneOf(`${S}.managedRuleGroupStatement.vendorName`, ["AWS"], STATEMENT_DOC),
  eachOneOf(`${S}.managedRuleGroupStatement.name`, [...MANAGED_GROUPS.keys()], STATEMENT_DOC),
];

function capacityOf(rule: JsonObject): number {
  const statement = object(rule, "statement") ?? {};
  const group = text(object(statement, "managedRuleGroupStatement") ?? {}, "name");
  if (group !== undefined) return MANAGED_GROUPS.get(group) ?? 0;
  return statement["rateBasedStatement"] === undefined ? 1 : 2;
}

/** Capacity units. https://docs.aws.amazon.com/waf/latest/developerguide/aws-waf-capacity-units.html */
export function capacity(inputs: JsonObject): number {
  return objects(inputs, "rules").reduce((sum, rule) => sum + capacityOf(rule), 0);
}

/** ARNs of the IP sets that a web ACL's rules name. */
export function ipSetsOf(inputs: JsonObject): readonly string[] {
  return placesAt(inputs, `${S}.ipSetReferenceStatement.arn`)
    .map(({ value }) => value)
    .filter((value): value is string => typeof value === "string");
}
