import { randomBytes } from "node:crypto";

import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { Account } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { object, objects, text } from "../fields.ts";

export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";

/** The last part of ELB's ARNs: 16 hex digits. */
export function hexId(): string {
  return randomBytes(8).toString("hex");
}

export function requireLoadBalancer(account: Account, arn: string): StoredResource {
  const found = account.get(LOAD_BALANCER, arn);
  if (!found) throw new AwsError("LoadBalancerNotFound", `One or more load balancers not found: ${arn}`);
  return found;
}

export function requireListener(account: Account, arn: string): StoredResource {
  const found = account.get(LISTENER, arn);
  if (!found) throw new AwsError("ListenerNotFound", `One or more listeners not found: ${arn}`);
  return found;
}

/** Target groups an action forwards to, in either spelling. */
export function targetsOf(actions: readonly JsonObject[]): readonly string[] {
  return actions.flatMap((action) => {
    const one = text(action, "targetGroupArn");
    const many = objects(object(action, "forward") ?? {}, "targetGroups").map((group) => text(group, "arn"));
    return [one, ...many].filter((arn): arn is string => arn !== undefined);
  });
}

/** The load balancer a listener or a rule belongs to. */
function balancerOf(owner: StoredResource, account: Account): string | undefined {
  const own = text(owner.outputs, "loadBalancerArn");
  if (own !== undefined) return own;
  const listener = account.get(LISTENER, text(owner.outputs, "listenerArn") ?? "");
  return listener ? text(listener.outputs, "loadBalancerArn") : undefined;
}

/** Listeners and rules that forward to a target group, with their load balancers. */
export function usersOf(targetGroup: string, account: Account): readonly (string | undefined)[] {
  const listeners = account
    .all(LISTENER)
    .map((owner) => ({ owner, actions: objects(owner.outputs, "defaultActions") }));
  const rules = account
    .all(LISTENER_RULE)
    .map((owner) => ({ owner, actions: objects(owner.outputs, "actions") }));
  return [...listeners, ...rules]
    .filter(({ actions }) => targetsOf(actions).includes(targetGroup))
    .map(({ owner }) => balancerOf(owner, account));
}
