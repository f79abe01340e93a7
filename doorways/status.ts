import { memoryInUse } from "../local/parts/host/memory.ts";
import { isStopped } from "../local/parts/host/process-state.ts";
import { scope } from "../local/parts/host/scope.ts";
import type { ProcessState } from "../local/parts/machine.ts";
import { callRegion } from "../local/region/client.ts";
import { RegionError } from "../local/region/region-error.ts";
import { describeRemains, remains } from "../local/region/remains.ts";
import { settings } from "../local/region/settings.ts";
import { describeSupervisor, readSupervisorState } from "../local/region/supervisor-state.ts";
import type { RegionStatus } from "../local/region/protocol.ts";
import { describeGuard } from "./guard-state.ts";
import { readOutput } from "./output.ts";
import { describeRollout, rolloutUnderWay } from "./rollout-record.ts";
import { existingStacks } from "./stack.ts";
import { programOf } from "./stopped-parts.ts";
import { UserError } from "./user-error.ts";

/** What the region does not answer for yet: after a restart it takes over one part after the other. */
function unsettled({ adopting, repairing }: RegionStatus): string {
  if (adopting) return ", being taken over after a restart";
  if (repairing.length === 0) return "";
  return `, of which ${repairing.length} could not be taken over yet (tried again; the log says why): ${repairing.join(", ")}`;
}

const inMebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

/** Nothing for a process that is as it should be. */
function stateOf({ running, pid }: ProcessState): string {
  if (!running) return " (DOWN)";
  return isStopped(pid) ? ` (STOPPED: "kill -CONT ${pid}")` : "";
}

/** What the region says; undefined when none answers. */
async function regionStatus(): Promise<RegionStatus | undefined> {
  try {
    return await callRegion("status", {});
  } catch (error) {
    if (error instanceof RegionError && ["RegionNotRunning", "RegionDied"].includes(error.code))
      return undefined;
    throw error;
  }
}

/** What there is to say while no region answers. One whose supervisor lives is about to be started again. */
function withoutRegion(): string {
  if (readSupervisorState() !== undefined) return `the region died; its supervisor: ${describeSupervisor()}`;
  const found = remains(settings());
  return found ? describeRemains(found) : 'nothing is up on this machine; "make up" brings it up';
}

/** Who moves weights, and what is under way. */
async function rolloutLines(): Promise<readonly string[]> {
  try {
    const [guard, underWay] = await Promise.all([describeGuard(), rolloutUnderWay()]);
    return [
      ...(guard === undefined ? [] : [`guard      ${guard}`]),
      ...(underWay ? [`rollout    ${describeRollout(underWay)}`] : []),
    ];
  } catch (error) {
    // An API server that does not answer is seen above, with its host.
    return [`rollout    not known: ${(error as Error).message.split("\n")[0] ?? ""}`];
  }
}

/** Prints what runs, or what lies there without a region and what to type. */
export async function status(): Promise<void> {
  const region = await regionStatus();
  if (region === undefined) {
    process.stdout.write(`${withoutRegion()}\n`);
    return;
  }
  const lines = [
    `region     ${region.region}, account ${region.account}, process ${region.pid}, of ${region.owner}`,
    `supervisor ${describeSupervisor()}`,
    `resources  ${region.resources}${unsettled(region)}`,
    `memory     ${inMebibytes(memoryInUse(scope().mark, [region.pid]))} MiB of all processes and pods`,
    `stacks     ${(await existingStacks()).join(", ") || "none"}`,
  ];
  for (const host of region.hosts) {
    const processes = host.processes.map((each) => `${programOf(each.name)}${stateOf(each)}`);
    lines.push(
      `host       ${host.name.padEnd(12)} ${host.address.padEnd(15)} ${host.zone.padEnd(15)} ${processes.join(" ")}`,
    );
  }
  try {
    const { release, url } = await readOutput();
    lines.push(
      `live       ${release.live ?? "nothing"}, weights blue ${release.weights.blue} green ${release.weights.green}`,
      `page       ${url}`,
    );
    lines.push(...(await rolloutLines()));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    lines.push(`release    ${error.message}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
