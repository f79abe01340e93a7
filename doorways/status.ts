import { existsSync } from "node:fs";
import { runDir } from "../local/paths.ts";
import { memoryInUse } from "../local/parts/host/memory.ts";
import { scope } from "../local/parts/host/scope.ts";
import { callRegion } from "../local/region/client.ts";
import { RegionError } from "../local/region/region-error.ts";
import { describeSupervisor, readSupervisorState } from "../local/region/supervisor-state.ts";
import { readOutput } from "./output.ts";
import { existingStacks } from "./stack.ts";
import { UserError } from "./user-error.ts";

const inMebibytes = (bytes: number): number => Math.round(bytes / 1024 ** 2);

/** A region that died and is about to be started again is not "not up". */
function withSupervisor(error: unknown): unknown {
  if (!(error instanceof RegionError) || error.code !== "RegionNotRunning") return error;
  return readSupervisorState() === undefined
    ? error
    : new UserError(`the region died; its supervisor: ${describeSupervisor()}`);
}

export async function status(): Promise<void> {
  if (!existsSync(runDir())) {
    process.stdout.write('nothing is up on this machine; "make up" brings it up\n');
    return;
  }
  const region = await callRegion("status", {}).catch((error: unknown) => {
    throw withSupervisor(error);
  });
  const lines = [
    `region     ${region.region}, account ${region.account}, process ${region.pid}, of ${region.owner}`,
    `supervisor ${describeSupervisor()}`,
    `resources  ${region.resources}`,
    `memory     ${inMebibytes(memoryInUse(scope().mark, [region.pid]))} MiB of all processes and pods`,
    `stacks     ${(await existingStacks()).join(", ") || "none"}`,
  ];
  for (const host of region.hosts) {
    const processes = host.processes.map(
      (each) => `${each.name.slice(each.name.indexOf("/") + 1)}${each.running ? "" : " (DOWN)"}`,
    );
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
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    lines.push(`release    ${error.message}`);
  }
  process.stdout.write(`${lines.join("\n")}\n`);
}
