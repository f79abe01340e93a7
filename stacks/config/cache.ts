import { z } from "zod";
import { flag, retentionDays, section, text, whole } from "./fields.ts";

/** By engine; https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html */
const VERSIONS = { redis: ["7.0", "7.1"], valkey: ["7.2", "8.0", "8.1"] } as const;

const groupSchema = section({
  nodeType: text(
    /^cache\.[a-z][a-z0-9]*\.(micro|small|medium|large|\d*xlarge)$/,
    "write an ElastiCache node type such as cache.t4g.small",
  ),
  nodes: whole(1, 6, "a primary and its replicas; 2 or more fail over by themselves"),
  snapshotRetentionDays: whole(0, 35, "days a daily snapshot is kept, 0 takes none").default(0),
});

/** ElastiCache: the cache, which evicts, and the queue, which does not. */
export const cacheSchema = section({
  engine: z.enum(["valkey", "redis"], { error: "write valkey or redis" }),
  engineVersion: text(/^\d+\.\d+$/, 'write major and minor version in quotes, e.g. "7.2"'),
  cache: groupSchema,
  queue: groupSchema,
  slowLogRetentionDays: retentionDays().optional(),
  maintenanceWindow: text(
    /^(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d-(mon|tue|wed|thu|fri|sat|sun):([01]\d|2[0-3]):[0-5]\d$/,
    "write an hour or more of the week in UTC, e.g. sun:04:00-sun:05:00",
  ).optional(),
  snapshotWindow: text(
    /^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$/,
    "write an hour or more of the day in UTC, e.g. 02:00-03:00",
  ).optional(),
  applyImmediately: flag("whether changes wait for no maintenance window").default(false),
})
  .superRefine(({ engine, engineVersion }, context) => {
    const known: readonly string[] = VERSIONS[engine];
    if (known.includes(engineVersion)) return;
    const message = `write a version of ${engine}: ${known.map((version) => `"${version}"`).join(", ")}`;
    context.addIssue({ code: "custom", path: ["engineVersion"], message });
  })
  .transform(({ cache, queue, ...rest }) => ({ ...rest, groups: { cache, queue } }));

export type CacheConfig = z.infer<typeof cacheSchema>;
