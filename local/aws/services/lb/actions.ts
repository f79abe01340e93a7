import type { Failure } from "../../../provider/provider.ts";
import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Account, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { flag, isObject, number, object, objects, text } from "../fields.ts";
import { TARGET_GROUP, targetsOf, usersOf } from "./references.ts";

const ACTION_DOC = "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Action.html";

/** What the stand-in's balancer can do; authentication is AWS's alone. */
const KINDS = ["forward", "fixed-response", "redirect"];

function checkForward(action: JsonObject, path: string): Failure[] {
  const forward = action["forward"];
  if (action["targetGroupArn"] === undefined && forward === undefined) {
    return [
      {
        property: `${path}.forward`,
        reason: 'a "forward" action needs targetGroupArn or forward.targetGroups',
      },
    ];
  }
  if (!isObject(forward)) return [];
  const groups = objects(forward, "targetGroups");
  return groups.flatMap((group, index) => {
    const weight = group["weight"];
    if (typeof weight !== "number" || (Number.isInteger(weight) && weight >= 0 && weight <= 999)) return [];
    const property = `${path}.forward.targetGroups[${index}].weight`;
    return [{ property, reason: `must be a whole number between 0 and 999, got ${weight}` }];
  });
}

function checkAction(action: JsonObject, path: string): Failure[] {
  const kind = action["type"];
  if (typeof kind !== "string") return [];
  if (!KINDS.includes(kind)) {
    const reason = `must be one of ${KINDS.join(", ")}, got "${kind}" (other kinds are not modelled by the stand-in)`;
    return [{ property: `${path}.type`, reason }];
  }
  if (kind === "forward") return checkForward(action, path);
  const block = kind === "redirect" ? "redirect" : "fixedResponse";
  if (action[block] !== undefined) return [];
  return [{ property: `${path}.${block}`, reason: `a "${kind}" action needs ${block}` }];
}

/** The actions of a listener (`defaultActions`) or a rule (`actions`). */
export function actionsRule(property: string): Rule {
  return {
    source: ACTION_DOC,
    check(inputs) {
      const value = inputs[property];
      if (!Array.isArray(value)) return [];
      if (value.length === 0) return [{ property, reason: "needs at least one action" }];
      return (value as readonly Json[]).flatMap((action, index) =>
        isObject(action) ? checkAction(action, `${property}[${index}]`) : [],
      );
    },
  };
}

/** Every target group must be there, and serve no other load balancer. */
export function checkTargets(actions: readonly JsonObject[], loadBalancer: string, account: Account): void {
  for (const arn of targetsOf(actions)) {
    if (!account.get(TARGET_GROUP, arn)) {
      throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
    }
    if (usersOf(arn, account).some((other) => other !== undefined && other !== loadBalancer)) {
      throw new AwsError(
        "TargetGroupAssociationLimit",
        `The following target groups cannot be associated with more than one load balancer: ${arn}`,
      );
    }
  }
}

/** Actions as the service answers them: numbered, with its own defaults filled in. */
export function actionsWithDefaults(actions: readonly JsonObject[]): Json[] {
  return actions.map((action, index) => {
    const forward = object(action, "forward");
    const stickiness = object(forward ?? {}, "stickiness");
    return {
      ...action,
      order: number(action, "order") ?? index + 1,
      ...(forward
        ? {
            forward: {
              ...forward,
              targetGroups: objects(forward, "targetGroups").map((group) => ({ weight: 1, ...group })),
              stickiness: {
                ...(number(stickiness ?? {}, "duration") === undefined ? { duration: 0 } : {}),
                ...stickiness,
                enabled: flag(stickiness ?? {}, "enabled") ?? false,
              },
            },
          }
        : {}),
      ...(text(action, "type") === "redirect"
        ? {
            redirect: {
              host: "#{host}",
              path: "/#{path}",
              port: "#{port}",
              protocol: "#{protocol}",
              query: "#{query}",
              ...object(action, "redirect"),
            },
          }
        : {}),
    };
  });
}
