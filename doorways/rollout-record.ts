import { RECORD_KEY, RECORD_NAME, keptRecordSchema, type Current } from "../rollout/record.ts";
import { waitingFor } from "../rollout/phases.ts";
import { administrator } from "./end-pods.ts";
import { plainOutputs, clusterStack, stackExists } from "./stack.ts";

/** The rollout that is under way, also one whose driver went away; undefined: there is none, or no cluster. */
export async function rolloutUnderWay(): Promise<Current | undefined> {
  const kubectl = administrator();
  if (kubectl === undefined || !stackExists(clusterStack)) return undefined;
  const { namespace } = await plainOutputs(clusterStack);
  if (typeof namespace !== "string") return undefined;
  const text = await kubectl(
    ...["get", "configmap", RECORD_NAME, "--namespace", namespace, "--ignore-not-found"],
    `--output=jsonpath={.data.${RECORD_KEY.replaceAll(".", "\\.")}}`,
  );
  if (text === "") return undefined;
  return keptRecordSchema.parse(JSON.parse(text)).current ?? undefined;
}

/** In one line, for people. */
export function describeRollout(current: Current): string {
  const { kind, to, phase, startedAt, by, holder, held, waitsBefore } = current;
  const wait = waitsBefore === null ? "" : `; ${waitingFor(waitsBefore)}`;
  const hold = held === null ? "" : `; held: ${held}`;
  return `${kind} to ${to}, ${phase}, since ${startedAt}, by ${by}, now with the ${holder}${wait}${hold}`;
}
