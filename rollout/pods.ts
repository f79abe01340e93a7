import type { V1ContainerStatus, V1Pod } from "@kubernetes/client-node";
import type { Colour } from "../infra/service/colour.ts";

/** A colour's API pods, or the worker beside them. */
export type Program = "api" | "worker";

/** What is seen of one pod. */
export interface PodState {
  readonly name: string;
  readonly address: string | undefined;
  readonly ready: boolean;
  /** Restarts of all its containers. */
  readonly restarts: number;
  /** Whether a container was ended for its memory. */
  readonly outOfMemory: boolean;
  /** Why a container waits, e.g. `ImagePullBackOff`; undefined while none does. */
  readonly waiting: string | undefined;
}

/** Pods and their number, by colour. Undefined stands for what was never released. */
export interface Pods {
  replicas(program: Program, colour: Colour): Promise<number | undefined>;
  /** Through the Deployment's `/scale`, which no program of ours declares. */
  scale(program: Program, colour: Colour, replicas: number): Promise<void>;
  list(program: Program, colour: Colour): Promise<readonly PodState[]>;
  /** `minReplicas` of the colour's autoscaler; null: it has none. */
  minimum(colour: Colour): Promise<number | null>;
  setMinimum(colour: Colour, minimum: number): Promise<void>;
}

/** Waiting reasons that pass by themselves. */
const PASSING: readonly string[] = ["ContainerCreating", "PodInitializing"];

export function podState({ metadata, status }: V1Pod): PodState {
  const containers = status?.containerStatuses ?? [];
  return {
    name: metadata?.name ?? "",
    address: status?.podIP,
    ready: status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
    restarts: containers.reduce((sum, { restartCount }) => sum + restartCount, 0),
    outOfMemory: containers.some(wasOutOfMemory),
    waiting: containers
      .map(({ state }) => state?.waiting?.reason)
      .find((reason) => reason !== undefined && !PASSING.includes(reason)),
  };
}

/** Those that have one: a pod that is being made has none yet. */
export function addressesOf(pods: readonly Pick<PodState, "address">[]): readonly string[] {
  return pods.flatMap(({ address }) => (address === undefined ? [] : [address]));
}

function wasOutOfMemory({ state, lastState }: V1ContainerStatus): boolean {
  return [state, lastState].some((each) => each?.terminated?.reason === "OOMKilled");
}
