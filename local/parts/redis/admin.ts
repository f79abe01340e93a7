import { Redis, ReplyError } from "ioredis";
import { REGION_USER } from "./access.ts";

/** What a node says of its part in the replication. */
export interface Replication {
  readonly role: "master" | "slave";
  /** A replica's: whose. */
  readonly primaryAddress: string;
  /** A replica's: it is connected and filled. */
  readonly linked: boolean;
  /** A replica's: it is being filled, its data are not whole. */
  readonly filling: boolean;
  /** How far its data go. */
  readonly offset: number;
}

const TIMEOUT_MS = 1000;

/** The region's way to a node: its Unix socket, as the region's own user. Reconnects at the next command. */
export class Admin {
  readonly #socket: string;
  readonly #password: string;
  #client: Redis | undefined;

  constructor(socket: string, password: string) {
    this.#socket = socket;
    this.#password = password;
  }

  /** Rejects within seconds when the node is gone or hangs. */
  async call(command: string, ...args: readonly string[]): Promise<unknown> {
    const client = (this.#client ??= this.#connect());
    try {
      return await client.call(command, ...args);
    } catch (error) {
      // The client notes the command, whose arguments may be passwords: a log that prints the error would show them.
      if (error instanceof Error) Reflect.deleteProperty(error, "command");
      // What Redis itself refused leaves the connection whole.
      if (!(error instanceof ReplyError)) this.close();
      throw error;
    }
  }

  async replication(): Promise<Replication> {
    return parseReplication(String(await this.call("INFO", "replication")));
  }

  close(): void {
    // To disconnect a client that has ended keeps a timer running.
    if (this.#client?.status !== "end") this.#client?.disconnect();
    this.#client = undefined;
  }

  #connect(): Redis {
    const client = new Redis({
      path: this.#socket,
      username: REGION_USER,
      password: this.#password,
      lazyConnect: true,
      // A node that is loading answers too.
      enableReadyCheck: false,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      connectTimeout: TIMEOUT_MS,
      commandTimeout: TIMEOUT_MS,
    });
    // Each command tells its caller.
    client.on("error", () => undefined);
    return client;
  }
}

/** What Redis answers while it loads its data, runs a script or has lost its primary: it passes. */
const PASSING = /^(LOADING|BUSY|MASTERDOWN|TRYAGAIN)/;

/** Whether a node that answers refuses us for good: a wrong password or a missing right. */
export function isRefusal(error: Error): boolean {
  return error instanceof ReplyError && !PASSING.test(error.message);
}

/** https://redis.io/docs/latest/commands/info/ */
export function parseReplication(info: string): Replication {
  const fields = new Map(
    info.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon), line.slice(colon + 1)] as const;
    }),
  );
  const role = fields.get("role") === "slave" ? "slave" : "master";
  return {
    role,
    primaryAddress: fields.get("master_host") ?? "",
    linked: fields.get("master_link_status") === "up",
    filling: fields.get("master_sync_in_progress") === "1",
    offset: Number(fields.get(role === "slave" ? "slave_repl_offset" : "master_repl_offset") ?? 0),
  };
}
