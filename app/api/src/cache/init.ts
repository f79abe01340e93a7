import { once } from "node:events";
import type { Redis } from "ioredis";
import type { Logger } from "../logging.ts";
import { connectRedis, disconnectRedis } from "../redis/connect.ts";
import type { RedisSettings } from "../redis/settings.ts";
import { Cache } from "./cache.ts";

const CONNECT_MS = 1_000;

export interface OpenCache {
  readonly cache: Cache;
  readonly redis: Redis;
}

/** Waits a moment for the connection, not longer: without a cache the app is slower, not down. */
export async function initCache(settings: RedisSettings, logger: Logger): Promise<OpenCache> {
  const redis = connectRedis(settings, "cache", logger);
  const ready = new AbortController();
  const timer = setTimeout(() => ready.abort(), CONNECT_MS);
  // A failed attempt to connect is logged by connectRedis and repeated in the background.
  await once(redis, "ready", { signal: ready.signal }).catch(() => undefined);
  clearTimeout(timer);
  return { cache: new Cache(redis, logger), redis };
}

export function closeCache({ redis }: OpenCache): void {
  disconnectRedis(redis);
}
