import { rmSync } from "node:fs";
import { identify } from "../../parts/host/process-identity.ts";
import { createSandbox } from "../../parts/host/testing/sandbox.ts";
import { until } from "../../parts/host/until.ts";
import type { RegionStatus } from "../protocol.ts";
import { ensureRegion } from "../start.ts";

const VARIABLES = ["TWINSTACK_SCOPE", "TWINSTACK_STATE", "TWINSTACK_RUN"];

/**
 * The real daemon in a sandbox, where from its construction until `clear` every command of this process finds it. It
 * may be started again and again.
 */
export class SandboxedRegion {
  readonly sandbox = createSandbox();
  readonly #saved = VARIABLES.map((name) => [name, process.env[name]] as const);
  readonly #pids: number[] = [];

  constructor() {
    const { scope, stateDir, runDir } = this.sandbox;
    process.env["TWINSTACK_SCOPE"] = scope.prefix;
    process.env["TWINSTACK_STATE"] = stateDir;
    process.env["TWINSTACK_RUN"] = runDir;
  }

  async start(parts = true): Promise<RegionStatus> {
    const status = await ensureRegion({ parts });
    this.#pids.push(status.pid);
    return status;
  }

  /** Kills every region that was started, and removes what they left. */
  async clear(): Promise<void> {
    for (const pid of this.#pids) if (identify(pid)) process.kill(pid, "SIGKILL");
    await until("the regions to end", 30_000, () => this.#pids.every((pid) => identify(pid) === undefined));
    for (const [name, value] of this.#saved) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    rmSync(`/run/${this.sandbox.scope.mark}-region.json`, { force: true });
    await this.sandbox.clear();
  }
}
