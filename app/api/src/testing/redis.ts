import type { ChildProcess } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { Certificates } from "./certificates.ts";
import { endProcess, freePort, makeServerFolder, spawnServer } from "./child-server.ts";
import { eventually } from "./eventually.ts";

/** A Redis server on a free loopback port, with a password. */
export interface RedisServer {
  readonly port: number;
  /** A connection that waits for the server; the caller ends it. */
  connect(): Redis;
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port, empty. */
  start(): Promise<void>;
  /** Stops it without ending it: it accepts connections and answers nothing. `thaw` lets it go on. */
  freeze(): void;
  thaw(): void;
  remove(): Promise<void>;
}

/** With certificates it speaks nothing but TLS. */
export async function startRedis(
  password: string,
  maxmemoryPolicy: string,
  certificates?: Certificates,
): Promise<RedisServer> {
  const folder = makeServerFolder("redis");
  const port = await freePort();
  const connect = (): Redis => {
    const tls = certificates && {
      tls: { servername: "localhost", ca: readFileSync(certificates.authority) },
    };
    const redis = new Redis({ host: "127.0.0.1", port, password, maxRetriesPerRequest: null, ...tls });
    redis.on("error", () => undefined);
    return redis;
  };
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    // In a file, for arguments are for everybody to see.
    const configuration = join(folder.path, "redis.conf");
    writeFileSync(
      configuration,
      [
        `bind 127.0.0.1`,
        ...(certificates === undefined
          ? [`port ${port}`]
          : [
              "port 0",
              `tls-port ${port}`,
              `tls-cert-file ${certificates.certificate}`,
              `tls-key-file ${certificates.key}`,
              `tls-ca-cert-file ${certificates.authority}`,
              "tls-auth-clients no",
            ]),
        `requirepass ${password}`,
        `maxmemory-policy ${maxmemoryPolicy}`,
        `save ""`,
        `appendonly no`,
        // As on ElastiCache.
        `rename-command CONFIG ""`,
      ].join("\n"),
      { mode: 0o644 },
    );
    child = spawnServer("redis-server", [configuration], { cwd: folder.path, stdio: "ignore" });
    const redis = connect();
    try {
      await eventually("Redis to answer", () => (redis.status === "ready" ? true : undefined));
    } finally {
      redis.disconnect();
    }
  };
  await start();
  return {
    port,
    connect,
    start,
    kill: async (signal) => {
      if (child !== undefined) await endProcess(child, signal);
    },
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    remove: async () => {
      if (child !== undefined) await endProcess(child, "SIGKILL");
      folder.remove();
    },
  };
}
