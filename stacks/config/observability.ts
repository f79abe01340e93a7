import { z } from "zod";
import type { Thresholds } from "../../infra/observability/observability.ts";
import { connectionBudget } from "./connections.ts";
import type { DatabaseConfig } from "./database.ts";
import { list, section, text, whole } from "./fields.ts";

const percent = (what: string): z.ZodInt => whole(1, 100, `percent; ${what}`);

function seconds(min: number, max: number, what: string): z.ZodNumber {
  const error = `write a number from ${min} to ${max} (seconds; ${what})`;
  return z.number({ error }).min(min, { error }).max(max, { error });
}

/** One value for database and caches: at a burstable class's full use a credit is a minute of a processor. */
const credits = whole(0, 4608, "processor credits of a burstable class below which somebody is told");

export const observabilitySchema = section({
  emails: list(
    text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "write an e-mail address"),
    0,
    20,
    "write a list of at most 20 e-mail addresses; each confirms the mails it gets first",
  ).default([]),
  database: section({
    cpuPercent: percent("processor use of an instance above which somebody is told"),
    freeStoragePercent: percent("free part of allocatedStorageGiB below which somebody is told"),
    connectionsPercent: percent("used part of the connections an instance has above which somebody is told"),
    replicaLagSeconds: seconds(1, 3600, "lag of a replica above which somebody is told"),
    cpuCredits: credits,
  }),
  cache: section({
    engineCpuPercent: percent("use of Redis's one processor above which somebody is told"),
    memoryPercent: percent("use of memory above which somebody is told"),
    replicationLagSeconds: seconds(1, 3600, "lag of a replica above which somebody is told"),
    cpuCredits: credits,
  }),
  loadBalancer: section({
    errorPercent: percent("share of requests answered with 5xx above which somebody is told"),
    p99Seconds: seconds(0.05, 60, "time of the slowest hundredth of requests above which somebody is told"),
  }),
  /** Without the section nobody watches what the account costs. */
  spending: section({
    monthlyUsd: whole(1, 10_000_000, "USD the account may cost a month"),
    anomalyUsd: whole(1, 1_000_000, "USD of an unusual rise from which on somebody is told"),
  }).optional(),
});

export type ObservabilityConfig = z.infer<typeof observabilitySchema>;

/** Shares of what the database has become figures, as metrics are. */
export function thresholdsOf(
  { database, cache, loadBalancer }: Pick<ObservabilityConfig, "database" | "cache" | "loadBalancer">,
  sizes: Pick<DatabaseConfig, "allocatedStorageGiB" | "instanceClass" | "parameters">,
): Thresholds {
  const { freeStoragePercent, connectionsPercent, ...rest } = database;
  return {
    database: {
      ...rest,
      freeStorageGiB: (sizes.allocatedStorageGiB * freeStoragePercent) / 100,
      connections: Math.floor((connectionBudget(sizes) * connectionsPercent) / 100),
    },
    cache,
    loadBalancer,
  };
}
