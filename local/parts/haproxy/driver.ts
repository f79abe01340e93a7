import type { PartDriver } from "../../region/part.ts";
import type { Machine } from "../machine.ts";
import type { StoredResource } from "../../region/protocol.ts";
import { requiredText } from "../input.ts";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP } from "./inventory.ts";
import { LoadBalancing } from "./load-balancing.ts";
import type { LoadBalancingContext } from "./load-balancing.ts";
import { readListener, readLoadBalancer, readRule, readTargetGroup } from "./resource-input.ts";
import { Targets } from "./targets.ts";

const balancings = new WeakMap<Machine, LoadBalancing>();

/** One a machine, however often it is asked for: drivers, target API and controller share it. */
export function loadBalancingOf(context: LoadBalancingContext): LoadBalancing {
  const known = balancings.get(context.machine);
  if (known !== undefined) return known;
  const balancing = new LoadBalancing(context);
  balancings.set(context.machine, balancing);
  return balancing;
}

/** The target part of the ELBv2 API, for the binding controller and the API endpoint. */
export function targetsOf(context: LoadBalancingContext): Targets {
  return new Targets(loadBalancingOf(context));
}

export function createLoadBalancerDrivers(context: LoadBalancingContext): PartDriver[] {
  const balancing = loadBalancingOf(context);
  return [loadBalancerDriver(balancing), targetGroupDriver(balancing), routingDriver(balancing)];
}

function loadBalancerDriver(balancing: LoadBalancing): PartDriver {
  const ensure = async (resource: StoredResource): Promise<Record<string, never>> => {
    readLoadBalancer(resource);
    return changing(balancing, resource, () => balancing.ensure(resource));
  };
  return {
    types: [LOAD_BALANCER],
    create: ensure,
    update: ensure,
    delete: async (resource) => {
      await balancing.remove(resource);
      balancing.inventory.remove(resource.id);
    },
    present: (resource) => balancing.present(resource),
    adopt: (resource) => balancing.ensure(resource),
  };
}

function targetGroupDriver(balancing: LoadBalancing): PartDriver {
  const apply = async (resource: StoredResource): Promise<Record<string, never>> => {
    readTargetGroup(resource);
    return changing(balancing, resource, async () => {
      for (const arn of balancing.inventory.loadBalancersOf(resource.id)) await balancing.apply(arn);
    });
  };
  return {
    types: [TARGET_GROUP],
    create: apply,
    update: apply,
    delete: async (resource) => {
      balancing.inventory.remove(resource.id);
      balancing.store.remove(resource.id);
    },
    // Registered targets are all there is of it: a group without any is there too.
    present: async () => true,
    adopt: async () => undefined,
  };
}

/** Listeners and rules: changes of weights alone take effect after the emulated lag, everything else at once. */
function routingDriver(balancing: LoadBalancing): PartDriver {
  const create = async (resource: StoredResource): Promise<Record<string, never>> => {
    if (resource.type === LISTENER) readListener(resource, []);
    else readRule(resource);
    return changing(balancing, resource, () => apply(resource));
  };
  const apply = async (resource: StoredResource): Promise<void> => {
    const arn = loadBalancerOf(balancing, resource);
    if (arn !== undefined) await balancing.apply(arn);
  };
  return {
    types: [LISTENER, LISTENER_RULE],
    create,
    update: async (resource, previous) => {
      const arn = loadBalancerOf(balancing, resource);
      if (arn === undefined || !onlyWeightsDiffer(resource, previous)) return create(resource);
      return changing(balancing, resource, async () => balancing.soon(arn, balancing.lag.rules));
    },
    delete: async (resource) => {
      const arn = loadBalancerOf(balancing, resource);
      balancing.inventory.remove(resource.id);
      if (arn !== undefined) balancing.applySoon(arn);
    },
    // As in AWS, they go with their load balancer.
    present: async (resource) => {
      const arn = loadBalancerOf(balancing, resource);
      const balancer = arn === undefined ? undefined : balancing.inventory.get(LOAD_BALANCER, arn);
      return balancer !== undefined && balancing.present(balancer);
    },
    // The load balancer, made before them, was taken over with all of its listeners and rules.
    adopt: async () => undefined,
  };
}

function loadBalancerOf(balancing: LoadBalancing, resource: StoredResource): string | undefined {
  if (resource.type === LISTENER) return requiredText(resource.inputs, "loadBalancerArn");
  const listener = balancing.inventory.get(LISTENER, requiredText(resource.inputs, "listenerArn"));
  return listener === undefined ? undefined : requiredText(listener.inputs, "loadBalancerArn");
}

/** A change that failed leaves the record as it is stored. */
async function changing(
  balancing: LoadBalancing,
  resource: StoredResource,
  change: () => Promise<void>,
): Promise<Record<string, never>> {
  balancing.inventory.put(resource);
  try {
    await change();
    return {};
  } catch (error) {
    balancing.inventory.forget(resource.id);
    throw error;
  }
}

function onlyWeightsDiffer(resource: StoredResource, previous: StoredResource): boolean {
  return withoutWeights(resource) === withoutWeights(previous);
}

function withoutWeights({ inputs }: StoredResource): string {
  return JSON.stringify(inputs, (key, value: unknown) => (key === "weight" ? 0 : value));
}
