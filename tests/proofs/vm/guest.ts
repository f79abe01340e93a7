import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { run } from "../../../local/toolchain/run.ts";
import { keyOfRun, type Machine } from "./machine.ts";

/** How a command in the guest ended. */
export interface GuestRan {
  readonly code: number;
  /** What it printed on both streams, in order of arrival. */
  readonly output: string;
  readonly stdout: string;
}

/** What a command in the guest may be given. */
export interface GuestCall {
  /** In seconds of the guest's clock. */
  readonly deadline: number;
  readonly user?: string;
  readonly input?: Buffer;
  /** Hears what it prints, as it comes. */
  readonly heard?: (text: string) => void;
}

/** Real milliseconds in which `seconds` pass by a clock that runs at `rate` of the real one. */
export const realMs = (seconds: number, rate: number): number => Math.ceil((seconds / rate) * 1000);

/** The guest as one reaches it by ssh. */
export class Guest {
  readonly rate: number;
  readonly #machine: Machine;
  readonly #folder: string;
  readonly #signal: AbortSignal;

  constructor(machine: Machine, folder: string, rate: number, signal: AbortSignal) {
    this.#machine = machine;
    this.#folder = folder;
    this.#signal = signal;
    this.rate = rate;
  }

  /**
   * Runs a line of shell in the guest. Rejects when it does not end by its deadline, when QEMU ends, and when the run is
   * broken off; a code other than 0 is the caller's to judge. Code 255 is ssh's own: the guest could not be reached.
   */
  async run(line: string, { deadline, user = "root", input, heard }: GuestCall): Promise<GuestRan> {
    const limit = AbortSignal.timeout(realMs(deadline, this.rate));
    const stop = AbortSignal.any([limit, this.#signal]);
    stop.throwIfAborted();
    const child = spawn("ssh", [...this.#options(), `${user}@127.0.0.1`, line], {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: process.env,
    });
    let [output, stdout] = ["", ""];
    const hear = (text: string): void => {
      output += text;
      heard?.(text);
    };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      hear(text);
    });
    child.stderr.setEncoding("utf8").on("data", hear);
    // A command that ends before it has read all its input is judged by its code.
    child.stdin.on("error", () => undefined).end(input);
    // Not the child's end: the kept connection holds its streams for as long as the command runs in the guest.
    const broken = once(stop, "abort").then(() => {
      if (this.#signal.aborted) throw this.#signal.reason as Error;
      throw new Error(`"${line}" did not end within ${deadline} s of the guest\n${output}`);
    });
    const gone = this.#machine.ended.then((end) => Promise.reject(new Error(end)));
    try {
      const [code] = await Promise.race([once(child, "close") as Promise<[number | null]>, gone, broken]);
      return { code: code ?? 1, output, stdout };
    } finally {
      child.kill("SIGKILL");
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
    }
  }

  /** As `run`; rejects with what it printed when the code is not 0. Answers its standard output. */
  async read(line: string, call: GuestCall): Promise<string> {
    const { code, output, stdout } = await this.run(line, call);
    if (code !== 0) throw new Error(`"${line}" ended with ${code}\n${output}`);
    return stdout;
  }

  /** Lets the kept connection go, before the other end of it does: over a dead one a command would wait. */
  async disconnect(): Promise<void> {
    // Without a kept connection ssh has nothing to end, and says so.
    await run("ssh", [...this.#options(), "-O", "exit", "root@127.0.0.1"]).catch(() => undefined);
  }

  #options(): readonly string[] {
    const settings = {
      BatchMode: "yes",
      IdentitiesOnly: "yes",
      LogLevel: "ERROR",
      // Short enough that one that came while the guest booted is soon tried again.
      ConnectTimeout: String(Math.ceil(10 / this.rate)),
      // The guest is this run's own, and its port is on loopback.
      StrictHostKeyChecking: "no",
      UserKnownHostsFile: "/dev/null",
      // A login costs seconds under emulation: the first one is kept for those that follow.
      ControlMaster: "auto",
      ControlPath: join(this.#folder, "ssh-%p-%r"),
      ControlPersist: "600",
      ServerAliveInterval: String(Math.ceil(30 / this.rate)),
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
    return ["-F", "none", "-i", keyOfRun(this.#folder), "-p", String(this.#machine.port), ...options];
  }
}
