import { createConnection } from "node:net";

/** One worker of a running HAProxy. After a reload the old ones stay until their connections are gone. */
export interface Worker {
  readonly pid: number;
  readonly current: boolean;
}

/**
 * HAProxy's runtime API through the master's socket, which reaches the current worker and those that a reload left
 * behind alike.
 */
export class Control {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** The current worker first. Rejects when HAProxy does not run. */
  async workers(): Promise<readonly Worker[]> {
    const workers: Worker[] = [];
    let old = false;
    for (const line of (await this.#send("show proc")).split("\n")) {
      if (line.startsWith("# old workers")) old = true;
      const [pid, type] = line.trim().split(/\s+/);
      if (type === "worker" && pid !== undefined) workers.push({ pid: Number(pid), current: !old });
    }
    return workers;
  }

  /** Answers each command's output, in order. An empty output is success for commands that change something. */
  async run(worker: Worker, commands: readonly string[]): Promise<readonly string[]> {
    const outputs: string[] = [];
    for (const command of commands) outputs.push((await this.#send(`@!${worker.pid} ${command}`)).trim());
    return outputs;
  }

  #send(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(this.#socket);
      const chunks: Buffer[] = [];
      socket.setTimeout(5000, () => socket.destroy(new Error(`no answer to '${line}' within 5 s`)));
      socket.on("connect", () => socket.end(`${line}\n`));
      socket.on("data", (chunk: Buffer) => chunks.push(chunk));
      socket.on("error", reject);
      socket.on("close", () => resolve(Buffer.concat(chunks).toString()));
    });
  }
}
