import { boundTargets, gateType, hasGate } from "./binding-targets.ts";
import type { Binding, BoundTarget, Cluster, Pod, PodCondition } from "./binding-targets.ts";
import type { TargetDescription, Targets } from "./targets.ts";

export interface ReconcilerOptions {
  readonly targets: Pick<
    Targets,
    "registerTargets" | "deregisterTargets" | "describeTargetHealth" | "groupsWithTargets"
  >;
  /** Sets one condition in the pod's status. */
  readonly setCondition: (pod: Pod, condition: PodCondition) => Promise<void>;
  readonly log: (message: string) => void;
}

/** Brings target groups and readiness gates to what the cluster says; safe to repeat. */
export class BindingReconciler {
  readonly #options: ReconcilerOptions;
  /** Last failure by target group, so that a lasting one is said once. */
  readonly #failures = new Map<string, string>();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Never rejects: what failed is logged and tried again. Answers true while a gate is closed or something failed. */
  async reconcile(bindings: readonly Binding[], cluster: Cluster): Promise<boolean> {
    let again = false;
    // Nothing but bindings registers targets here: what none of them binds was left by one that is gone.
    const groups = new Map<string, Binding[]>(
      this.#options.targets.groupsWithTargets().map((arn) => [arn, []]),
    );
    for (const binding of bindings) {
      const arn = binding.spec?.targetGroupARN ?? "";
      groups.set(arn, [...(groups.get(arn) ?? []), binding]);
    }
    for (const [arn, own] of groups) again = (await this.#attempt(arn, own, cluster)) || again;
    return again;
  }

  async #attempt(arn: string, bindings: readonly Binding[], cluster: Cluster): Promise<boolean> {
    try {
      const again = await this.#bind(arn, bindings, cluster);
      this.#failures.delete(arn);
      return again;
    } catch (error) {
      const names = bindings.map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`).join(", ");
      const message = `target group binding ${names} of ${arn}: ${error instanceof Error ? error.message : String(error)}`;
      if (this.#failures.get(arn) !== message) this.#options.log(message);
      this.#failures.set(arn, message);
      return true;
    }
  }

  /** Bindings of one group share it: one that replaces another does not empty it. */
  async #bind(arn: string, bindings: readonly Binding[], cluster: Cluster): Promise<boolean> {
    const { targets } = this.#options;
    if (bindings.some(({ spec }) => (spec?.targetType ?? "ip") !== "ip")) {
      throw new Error("spec.targetType: only ip is emulated");
    }
    const bound = bindings.map((binding) => ({ binding, targets: boundTargets(binding, cluster) }));
    const wanted = bound.flatMap((one) => one.targets);
    const present = (await targets.describeTargetHealth(arn)).filter(
      ({ health }) => health.state !== "draining",
    );
    const missing = wanted.filter((target) => !present.some((description) => describes(description, target)));
    const surplus = present.filter((description) => !wanted.some((target) => describes(description, target)));
    if (missing.length > 0)
      await targets.registerTargets(
        arn,
        missing.map(({ id, port }) => ({ id, port })),
      );
    if (surplus.length > 0)
      await targets.deregisterTargets(
        arn,
        surplus.map(({ target }) => target),
      );
    let closed = false;
    for (const one of bound) closed = (await this.#openGates(one.binding, one.targets, present)) || closed;
    return closed;
  }

  /** Answers true while a gate is closed. */
  async #openGates(
    binding: Binding,
    wanted: readonly BoundTarget[],
    present: readonly TargetDescription[],
  ): Promise<boolean> {
    const type = gateType(binding);
    let closed = false;
    for (const target of wanted) {
      if (target.pod === undefined || !hasGate(target.pod, type)) continue;
      const health = present.find((description) => describes(description, target))?.health;
      const status = health?.state === "healthy" ? "True" : "False";
      closed ||= status === "False";
      const before = target.pod.status?.conditions?.find((condition) => condition.type === type);
      const reason = health?.reason ?? (status === "True" ? "Healthy" : "Elb.RegistrationInProgress");
      if (before?.status === status && before.reason === reason) continue;
      await this.#options.setCondition(target.pod, {
        type,
        status,
        reason,
        message: health?.description ?? "",
      });
    }
    return closed;
  }
}

function describes({ target }: TargetDescription, { id, port }: BoundTarget): boolean {
  return target.id === id && target.port === port;
}
