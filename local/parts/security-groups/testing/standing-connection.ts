import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { ChildProcessByStdio } from "node:child_process";
import type { Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

const CLIENT = `
const c = require("net").connect(+process.argv[2], process.argv[1]);
process.stdin.pipe(c);
c.pipe(process.stdout);
c.on("error", (e) => { console.error(e); process.exit(1); });
`;

/** A TCP connection to a listener, held by a process where it is opened from. */
export class StandingConnection {
  readonly #client: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: Interface;

  /** `enter`: the command that enters where it is opened from. */
  constructor(enter: readonly string[], address: string, port: number) {
    const client = [process.execPath, "-e", CLIENT, address, String(port)];
    const [command, ...args] = [...enter, ...client] as [string, ...string[]];
    this.#client = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface(this.#client.stdout);
  }

  /** Sends a line and answers what comes back; rejects when nothing does within 5 s. */
  async echo(line: string): Promise<string> {
    const answer = once(this.#lines, "line", { signal: AbortSignal.timeout(5000) });
    this.#client.stdin.write(`${line}\n`);
    const [text] = (await answer) as [string];
    return text;
  }

  end(): void {
    this.#client.kill();
  }
}
