import { spawn, type ChildProcess } from "node:child_process";
import { createWriteStream } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

/** Child processes that end with the test. */
export class TestProcesses {
  readonly #dir: string;
  readonly #children: { readonly name: string; readonly child: ChildProcess }[] = [];

  /** @param dir where their logs go */
  constructor(dir: string) {
    this.#dir = dir;
  }

  start(name: string, command: string, args: readonly string[]): void {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(join(this.#dir, `${name}.log`));
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    this.#children.push({ name, child });
  }

  /** The names of those that have ended by themselves. */
  ended(): readonly string[] {
    return this.#children.filter(({ child }) => child.exitCode !== null).map(({ name }) => name);
  }

  /** Stops all, last started first, and waits until they are gone. */
  async stop(): Promise<void> {
    for (const { child } of this.#children.reverse()) {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }
    }
  }
}

/** Ports of 127.0.0.1 that are free now, all different. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Repeats a probe every 50 ms until it holds; rejects after the deadline with what was waited for. */
export async function until(
  what: string,
  probe: () => boolean | Promise<boolean>,
  deadlineSeconds: number,
): Promise<void> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  while (!(await probe())) {
    if (Date.now() > deadline) {
      throw new Error(`${what}: not within ${String(deadlineSeconds)} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
