import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import type { Logger } from "../logging.ts";
import type { RedisSettings } from "./settings.ts";

/** What differs between the uses of a connection. */
export type RedisUse = "cache" | "queue-sender" | "queue-worker";

const USES: Readonly<Record<RedisUse, RedisOptions>> = {
  // A visitor waits: better no answer than a late one, and nothing piles up while it is away.
  cache: { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 150 },
  "queue-sender": { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 5_000 },
  // BullMQ demands it: a worker waits for jobs as long as it takes. What was sent and not answered when the connection broke is
  // sent again: not sent, it would neither be answered nor fail, and the worker would wait for it for ever.
  "queue-worker": { maxRetriesPerRequest: null, autoResendUnfulfilledCommands: true },
};

/** Connects in the background, and again whenever the connection is lost; says so once each time. */
export function connectRedis(settings: RedisSettings, use: RedisUse, logger: Logger): Redis {
  const { host, port, password, tls } = settings;
  const redis = new Redis({
    host,
    port,
    password,
    // The certificate is checked against the name, by Node's own rules.
    ...(tls ? { tls: { servername: host } } : {}),
    connectTimeout: 1_000,
    keepAlive: 10_000,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 6), 2_000) * (0.5 + Math.random() / 2),
    // After a failover the old primary may go on answering as a replica: connect by name again.
    reconnectOnError: (error) => (error.message.startsWith("READONLY") ? 2 : false),
    ...USES[use],
  });
  let lost = false;
  redis.on("error", (error) => {
    if (!lost) logger.warn("connection to Redis lost", { use, error });
    lost = true;
  });
  redis.on("ready", () => {
    if (lost) logger.info("connected to Redis again", { use });
    lost = false;
  });
  return redis;
}

/** Ends it without waiting for a server that may be away. */
export function disconnectRedis(redis: Redis): void {
  redis.disconnect();
}
