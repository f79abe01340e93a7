import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { requiredText } from "../input.ts";
import { readListener, readLoadBalancer, readRule, readTargetGroup } from "./resource-input.ts";
import type { Topology } from "./topology.ts";

export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const LISTENER_RULE = "aws:lb/listenerRule:ListenerRule";

/**
 * The record as it will be: the region stores a resource after its driver has answered, and the engine makes several
 * at once, so what is under way here goes before what is stored.
 */
export class Inventory {
  readonly #account: Account;
  readonly #changed = new Map<string, StoredResource>();
  readonly #removed = new Set<string>();

  constructor(account: Account) {
    this.#account = account;
  }

  put(resource: StoredResource): void {
    this.#removed.delete(resource.id);
    this.#changed.set(resource.id, resource);
  }

  /** Back to what is stored, after a failed change. */
  forget(id: string): void {
    this.#removed.delete(id);
    this.#changed.delete(id);
  }

  remove(id: string): void {
    this.#changed.delete(id);
    this.#removed.add(id);
  }

  get(type: string, id: string): StoredResource | undefined {
    return this.all(type).find((resource) => resource.id === id);
  }

  all(type: string): readonly StoredResource[] {
    const resources = new Map<string, StoredResource>();
    for (const resource of [...this.#account.all(type), ...this.#changed.values()]) {
      if (resource.type === type && !this.#removed.has(resource.id)) resources.set(resource.id, resource);
    }
    return [...resources.values()];
  }

  /** The load balancers whose listeners or rules forward to the group. AWS allows one. */
  loadBalancersOf(targetGroupArn: string): readonly string[] {
    return this.all(LOAD_BALANCER)
      .map(({ id }) => id)
      .filter((id) => this.topology(id).targetGroups.some(({ arn }) => arn === targetGroupArn));
  }

  /** Throws what AWS answers for listeners, rules and groups that do not go together. */
  topology(loadBalancerArn: string): Topology {
    const balancer = this.get(LOAD_BALANCER, loadBalancerArn);
    if (balancer === undefined) {
      throw new AwsError("LoadBalancerNotFound", `Load balancer '${loadBalancerArn}' not found`);
    }
    const rules = this.all(LISTENER_RULE);
    const listeners = this.all(LISTENER)
      .filter(({ inputs }) => requiredText(inputs, "loadBalancerArn") === loadBalancerArn)
      .map((listener) => {
        const own = rules.filter(({ inputs }) => requiredText(inputs, "listenerArn") === listener.id);
        refuseTwice(
          own.map((rule) => readRule(rule).priority),
          "PriorityInUse",
          "Priority is currently in use",
        );
        return readListener(listener, own);
      })
      .sort((left, right) => left.port - right.port);
    refuseTwice(
      listeners.map(({ port }) => port),
      "DuplicateListener",
      "A listener already exists on this port",
    );
    const used = new Set(
      listeners.flatMap((listener) =>
        listener.rules.flatMap(({ action }) =>
          action.kind === "forward" ? action.groups.map(({ arn }) => arn) : [],
        ),
      ),
    );
    const targetGroups = [...used].sort().map((arn) => {
      const group = this.get(TARGET_GROUP, arn);
      if (group === undefined) throw new AwsError("TargetGroupNotFound", `Target group '${arn}' not found`);
      return readTargetGroup(group);
    });
    const { idleTimeout, forwardedFor, dropInvalidHeaders } = readLoadBalancer(balancer);
    return { idleTimeout, forwardedFor, dropInvalidHeaders, listeners, targetGroups };
  }
}

function refuseTwice(values: readonly number[], code: string, message: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new AwsError(code, `${message}: ${twice}`);
}
