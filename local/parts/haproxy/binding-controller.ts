import { setTimeout as delay } from "node:timers/promises";

import { BindingReconciler } from "./binding-reconciler.ts";
import { watchCluster } from "./cluster-watch.ts";
import type { ClusterAccess } from "../../region/protocol.ts";
import type { Targets } from "./targets.ts";

export interface BindingControllerOptions {
  readonly access: ClusterAccess;
  readonly targets: Targets;
  /** Ends the controller; registered targets stay. */
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
}

/** Several events of one change are taken together. */
const SETTLE_MS = 50;
/** While a readiness gate is closed: no event tells that a target became healthy. */
const WAITING_MS = 250;
const RESYNC_MS = 5000;

/**
 * What EKS Auto Mode's load balancing capability does for `eks.amazonaws.com/v1` TargetGroupBindings: registers and
 * deregisters the pods behind a Service, and opens their readiness gates once the balancer finds them healthy. A gate
 * is in the pod's spec from its creation (local/parts/admission). Never throws; resolves after `signal`.
 */
export async function startBindingController(options: BindingControllerOptions): Promise<void> {
  const { access, targets, signal, log } = options;
  let wake: () => void = () => undefined;
  const watch = watchCluster({ access, signal, log, changed: () => wake() });
  const reconciler = new BindingReconciler({
    targets,
    log,
    setCondition: (pod, condition) => watch.setCondition(pod, condition),
  });
  while (!signal.aborted) {
    const changed = new Promise<void>((resolve) => (wake = resolve));
    const state = watch.snapshot();
    const waiting = state !== undefined && (await reconciler.reconcile(state.bindings, state.cluster));
    await Promise.race([changed, pause(waiting ? WAITING_MS : RESYNC_MS, signal)]);
    await pause(SETTLE_MS, signal);
  }
}

/** Ends early when aborted; does not keep the process alive. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { ref: false, signal }).catch(() => undefined);
}
