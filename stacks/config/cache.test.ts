import { cacheSchema } from "./cache.ts";

const GOOD = {
  engine: "valkey",
  engineVersion: "7.2",
  cache: { nodeType: "cache.t4g.micro", nodes: 2 },
  queue: { nodeType: "cache.r7g.2xlarge", nodes: 1, snapshotRetentionDays: 3 },
};

function problems(change: object): string[] {
  const { error } = cacheSchema.safeParse({ ...GOOD, ...change });
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}

it("fills in what is safe", () => {
  expect(cacheSchema.parse(GOOD)).toEqual({
    engine: "valkey",
    engineVersion: "7.2",
    groups: {
      cache: { nodeType: "cache.t4g.micro", nodes: 2, snapshotRetentionDays: 0 },
      queue: { nodeType: "cache.r7g.2xlarge", nodes: 1, snapshotRetentionDays: 3 },
    },
    applyImmediately: false,
  });
  const windows = { maintenanceWindow: "sun:04:00-sun:05:00", snapshotWindow: "02:00-03:00" };
  expect(problems({ ...windows, slowLogRetentionDays: 30, applyImmediately: true })).toEqual([]);
});

it.each<[object, string]>([
  [{ engine: "memcached" }, "engine: write valkey or redis"],
  [{ engineVersion: 7.2 }, 'engineVersion: write major and minor version in quotes, e.g. "7.2"'],
  [{ engineVersion: "7.1" }, 'engineVersion: write a version of valkey: "7.2", "8.0", "8.1"'],
  [{ engine: "redis" }, 'engineVersion: write a version of redis: "7.0", "7.1"'],
  [
    { cache: { nodeType: "t4g.micro", nodes: 2 } },
    "cache.nodeType: write an ElastiCache node type such as cache.t4g.small",
  ],
  [
    { queue: { nodeType: "cache.t4g.micro", nodes: 7 } },
    "queue.nodes: write a whole number from 1 to 6 (a primary and its replicas; 2 or more fail over by themselves)",
  ],
  [
    { queue: { nodeType: "cache.t4g.micro", nodes: 1, snapshotRetentionDays: 36 } },
    "queue.snapshotRetentionDays: write a whole number from 0 to 35 (days a daily snapshot is kept, 0 takes none)",
  ],
  [{ cache: undefined }, "cache: write a map of nodeType, nodes, snapshotRetentionDays"],
  [
    { maintenanceWindow: "sunday" },
    "maintenanceWindow: write an hour or more of the week in UTC, e.g. sun:04:00-sun:05:00",
  ],
  [{ snapshotWindow: "2-3" }, "snapshotWindow: write an hour or more of the day in UTC, e.g. 02:00-03:00"],
  [
    { applyImmediately: "yes" },
    "applyImmediately: write true or false (whether changes wait for no maintenance window)",
  ],
])("refuses %j", (change, problem) => {
  expect(problems(change)).toEqual([problem]);
});

it("names the keys there are", () => {
  const [problem] = problems({ replicas: 2 });
  expect(problem).toBe(
    ": no such key, use one of engine, engineVersion, cache, queue, slowLogRetentionDays, maintenanceWindow, snapshotWindow, applyImmediately",
  );
});
