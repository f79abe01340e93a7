import { Counter, Gauge } from "prom-client";
import type { Registry } from "prom-client";
import type { Cache } from "./cache/cache.ts";
import type { Database } from "./database/database.ts";

/** Connections of each pool, and where reads were served. */
export function watchDatabase(registry: Registry, database: Database): void {
  const pools = [database.writer, ...database.readers.map(({ pool }) => pool)];
  new Gauge({
    name: "database_pool_connections",
    help: "Connections of a pool: open, idle of those, and callers waiting for one.",
    labelNames: ["pool", "state"],
    registers: [registry],
    collect() {
      for (const { name: pool, counts } of pools) {
        for (const [state, count] of Object.entries(counts)) this.set({ pool, state }, count);
      }
    },
  });
  const reads = new Counter({
    name: "database_reads_total",
    help: "Reads by where they were served: a replica, the writer because none was far enough or none answered, or nowhere.",
    labelNames: ["route"],
    registers: [registry],
  });
  database.onRead = (route) => reads.inc({ route });
}

/** How values were come by that may be cached. */
export function watchCache(registry: Registry, cache: Cache): void {
  const results = new Counter({
    name: "cache_requests_total",
    help: "Values by how they were come by: hit, miss, stale (loading failed), error or bypass (the cache failed).",
    labelNames: ["result"],
    registers: [registry],
  });
  cache.onResult = (result) => results.inc({ result });
}
