import type { Json, JsonObject } from "../../region/protocol.ts";
import type { Cluster } from "../cluster.ts";
import { listAt, numberAt, textAt } from "../json.ts";
import { podsOf } from "./pods.ts";

/** What a person needs to see why a program ended; the rest is in the pod's log. */
const LINES = 20;
/** Of several pods that failed the newest tell the same as all. */
const MOST_LOGS = 2;

/** The end of what the workload's failed containers wrote, the newest pods' first, each with where it is from. */
export async function logTails(cluster: Cluster, workload: JsonObject): Promise<readonly string[]> {
  const pods = [...(await podsOf(cluster, workload))].sort((one, other) =>
    created(other).localeCompare(created(one)),
  );
  const failed = pods.flatMap((pod) => failedContainers(pod)).slice(0, MOST_LOGS);
  const tails = await Promise.all(failed.map((container) => logTail(cluster, container)));
  return tails.flatMap((tail) => tail ?? []);
}

interface FailedContainer {
  readonly namespace: string | undefined;
  readonly pod: string;
  readonly container: string;
  /** It has been started again since: the log is that of the run before. */
  readonly previous: boolean;
}

function failedContainers(pod: JsonObject): readonly FailedContainer[] {
  const statuses = [
    ...listAt(pod, "status", "initContainerStatuses"),
    ...listAt(pod, "status", "containerStatuses"),
  ];
  return statuses.flatMap((status) => {
    const now = hasFailed(status, "state");
    if (!now && !hasFailed(status, "lastState")) {
      return [];
    }
    return [
      {
        namespace: textAt(pod, "metadata", "namespace"),
        pod: textAt(pod, "metadata", "name") ?? "",
        container: textAt(status, "name") ?? "",
        previous: !now,
      },
    ];
  });
}

function hasFailed(status: Json, state: "state" | "lastState"): boolean {
  return (numberAt(status, state, "terminated", "exitCode") ?? 0) !== 0;
}

/** Undefined for a container that wrote nothing. */
async function logTail(
  cluster: Cluster,
  { namespace, pod, container, previous }: FailedContainer,
): Promise<string | undefined> {
  const of = `of pod ${pod}, container ${container}`;
  try {
    const text = await cluster.log({ namespace, name: pod }, { container, previous, lines: LINES });
    return text.trim() === "" ? undefined : `the end of the log ${of}:\n${text.trimEnd()}`;
  } catch (error) {
    return `the log ${of} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

const created = (pod: JsonObject): string => textAt(pod, "metadata", "creationTimestamp") ?? "";
