import type { Json, JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account, FunctionModel, ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { number, object, objects, text } from "../fields.ts";
import { between, isArn, oneOf } from "../rules.ts";
import { actionsRule, actionsWithDefaults, checkTargets } from "./actions.ts";
import { hexId, LISTENER, LISTENER_RULE, requireListener, requireLoadBalancer } from "./references.ts";

const LISTENER_DOC =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html";
const RULE_DOC = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html";

const listenerPort: Rule = {
  source: LISTENER_DOC,
  check: (inputs) =>
    inputs["port"] === undefined
      ? [{ property: "port", reason: "is required for an application load balancer" }]
      : [],
};

const certificate: Rule = {
  source: LISTENER_DOC,
  check: (inputs) =>
    inputs["protocol"] === "HTTPS" && inputs["certificateArn"] === undefined
      ? [{ property: "certificateArn", reason: 'is required when protocol is "HTTPS"' }]
      : [],
};

function checkPort(inputs: JsonObject, account: Account, own?: string): void {
  const arn = text(inputs, "loadBalancerArn") ?? "";
  const twin = account
    .all(LISTENER)
    .find(({ outputs }) => outputs["loadBalancerArn"] === arn && outputs["port"] === inputs["port"]);
  if (!twin || twin.id === own) return;
  throw new AwsError(
    "DuplicateListener",
    `A listener already exists on this port for this load balancer '${arn}'`,
  );
}

export const listener: ResourceModel = {
  type: LISTENER,
  notModelled: ["alpnPolicy", "mutualAuthentication", "tcpIdleTimeoutSeconds"],
  sets: ["defaultActions.forward.targetGroups"],
  rules: [
    listenerPort,
    between("port", 1, 65535, LISTENER_DOC),
    oneOf("protocol", ["HTTP", "HTTPS"], LISTENER_DOC),
    isArn("certificateArn", LISTENER_DOC),
    certificate,
    actionsRule("defaultActions"),
  ],
  create(inputs, account) {
    const balancer = requireLoadBalancer(account, text(inputs, "loadBalancerArn") ?? "");
    checkPort(inputs, account);
    const actions = objects(inputs, "defaultActions");
    checkTargets(actions, balancer.id, account);
    const suffix = text(balancer.outputs, "arnSuffix") ?? "";
    const arn = account.arn("elasticloadbalancing", `listener/${suffix}/${hexId()}`, text(inputs, "region"));
    const protocol = text(inputs, "protocol") ?? "HTTP";
    const sslPolicy = text(inputs, "sslPolicy") ?? (protocol === "HTTPS" ? "ELBSecurityPolicy-2016-08" : "");
    return { id: arn, outputs: { arn, defaultActions: actionsWithDefaults(actions), protocol, sslPolicy } };
  },
  update(current, inputs, account) {
    checkPort(inputs, account, current.id);
    const actions = objects(inputs, "defaultActions");
    checkTargets(actions, text(inputs, "loadBalancerArn") ?? "", account);
    return { defaultActions: actionsWithDefaults(actions) };
  },
};

/** Kinds of condition, one in each. */
const CONDITIONS = [
  "hostHeader",
  "httpHeader",
  "httpRequestMethod",
  "pathPattern",
  "queryStrings",
  "sourceIp",
];

const conditions: Rule = {
  source: RULE_DOC,
  check(inputs) {
    const value = inputs["conditions"];
    if (!Array.isArray(value)) return [];
    if (value.length === 0) return [{ property: "conditions", reason: "needs at least one condition" }];
    return (value as readonly unknown[]).flatMap((condition, index) => {
      if (typeof condition !== "object" || condition === null) return [];
      const given = CONDITIONS.filter((kind) => (condition as Record<string, unknown>)[kind] !== undefined);
      if (given.length === 1) return [];
      return [
        { property: `conditions[${index}]`, reason: `must hold exactly one of ${CONDITIONS.join(", ")}` },
      ];
    });
  },
};

function siblings(listenerArn: string, account: Account): readonly StoredResource[] {
  return account.all(LISTENER_RULE).filter(({ outputs }) => outputs["listenerArn"] === listenerArn);
}

/** The priority asked for, or the next above the highest; each may be taken once a listener. */
function priorityOf(inputs: JsonObject, account: Account, own?: string): number {
  const others = siblings(text(inputs, "listenerArn") ?? "", account).filter(({ id }) => id !== own);
  const taken = others.map(({ outputs }) => number(outputs, "priority") ?? 0);
  const wanted = number(inputs, "priority");
  if (wanted === undefined) return Math.max(0, ...taken) + 1;
  if (taken.includes(wanted)) throw new AwsError("PriorityInUse", `Priority '${wanted}' is currently in use`);
  return wanted;
}

function checkRuleTargets(inputs: JsonObject, account: Account): StoredResource {
  const parent = requireListener(account, text(inputs, "listenerArn") ?? "");
  checkTargets(objects(inputs, "actions"), text(parent.outputs, "loadBalancerArn") ?? "", account);
  return parent;
}

export const listenerRule: ResourceModel = {
  type: LISTENER_RULE,
  notModelled: ["transforms"],
  sets: [
    "actions.forward.targetGroups",
    "conditions",
    ...CONDITIONS.map((kind) =>
      kind === "queryStrings" ? "conditions.queryStrings" : `conditions.${kind}.values`,
    ),
  ],
  rules: [between("priority", 1, 50000, RULE_DOC), actionsRule("actions"), conditions],
  create(inputs, account) {
    const parent = checkRuleTargets(inputs, account);
    const priority = priorityOf(inputs, account);
    const arn = `${parent.id.replace(":listener/", ":listener-rule/")}/${hexId()}`;
    const actions = actionsWithDefaults(objects(inputs, "actions"));
    return { id: arn, outputs: { actions, arn, priority } };
  },
  update(current, inputs, account) {
    checkRuleTargets(inputs, account);
    const priority =
      inputs["priority"] === undefined
        ? number(current.outputs, "priority")
        : priorityOf(inputs, account, current.id);
    return { actions: actionsWithDefaults(objects(inputs, "actions")), priority: priority ?? 1 };
  },
};

/** Actions as the data source answers them: every block a list. */
function listed(action: JsonObject): JsonObject {
  const forward = object(action, "forward");
  const fixed = object(action, "fixedResponse");
  const redirect = object(action, "redirect");
  const single = text(action, "targetGroupArn");
  const groups: Json[] = forward
    ? [...objects(forward, "targetGroups")]
    : single === undefined
      ? []
      : [{ arn: single, weight: 1 }];
  const stickiness = object(forward ?? {}, "stickiness");
  return {
    authenticateCognitos: [],
    authenticateOidcs: [],
    fixedResponses: fixed ? [fixed] : [],
    forwards:
      groups.length > 0 ? [{ stickinesses: stickiness ? [stickiness] : [], targetGroups: groups }] : [],
    order: number(action, "order") ?? 1,
    redirects: redirect ? [redirect] : [],
    type: text(action, "type") ?? "",
  };
}

function listedCondition(condition: JsonObject): JsonObject {
  const blocks = CONDITIONS.map((kind): [string, Json] => {
    const value = condition[kind];
    const plural = { queryStrings: "queryStrings", sourceIp: "sourceIps" }[kind] ?? `${kind}s`;
    return [
      plural,
      value === undefined || value === null ? [] : kind === "queryStrings" ? [{ values: value }] : [value],
    ];
  });
  return Object.fromEntries(blocks);
}

function findRule(args: JsonObject, account: Account): StoredResource {
  const arn = text(args, "arn");
  const parent = text(args, "listenerArn");
  if (arn === undefined && (parent === undefined || args["priority"] === undefined)) {
    throw new AwsError("ValidationError", "getListenerRule needs arn, or listenerArn and priority");
  }
  const found =
    arn === undefined
      ? siblings(parent ?? "", account).find(({ outputs }) => outputs["priority"] === args["priority"])
      : account.get(LISTENER_RULE, arn);
  if (!found) throw new AwsError("RuleNotFound", "One or more rules not found");
  return found;
}

export const getListenerRule: FunctionModel = {
  token: "aws:lb/getListenerRule:getListenerRule",
  invoke(args, account) {
    const { outputs, id } = findRule(args, account);
    return {
      actions: objects(outputs, "actions").map(listed),
      arn: id,
      conditions: objects(outputs, "conditions").map(listedCondition),
      id,
      listenerArn: outputs["listenerArn"] ?? "",
      priority: outputs["priority"] ?? 0,
      region: outputs["region"] ?? account.region,
      tags: object(outputs, "tags") ?? {},
      transforms: [],
    };
  },
};
