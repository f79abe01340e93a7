import { describe as sentence } from "./problem.ts";
import { observabilitySchema, thresholdsOf } from "./observability.ts";
import { check } from "./raw.ts";
import { section } from "./fields.ts";

const GOOD = {
  emails: ["ops@example.com"],
  database: {
    cpuPercent: 80,
    freeStoragePercent: 20,
    connectionsPercent: 80,
    replicaLagSeconds: 10,
    cpuCredits: 50,
  },
  cache: { engineCpuPercent: 80, memoryPercent: 80, replicationLagSeconds: 5, cpuCredits: 50 },
  loadBalancer: { errorPercent: 1, p99Seconds: 0.5 },
  spending: { monthlyUsd: 500, anomalyUsd: 50 },
};

const schema = section({ observability: observabilitySchema });

function problems(change: object): string[] {
  return check("twinstack", schema, { observability: { ...GOOD, ...change } }).problems.map(sentence);
}

it("takes a whole section, and one that tells nobody and watches no spending", () => {
  expect(problems({})).toEqual([]);
  const { emails, spending, ...least } = GOOD;
  expect(observabilitySchema.parse(least)).toEqual({ ...least, emails: [] });
  expect([emails, spending]).toEqual([["ops@example.com"], { monthlyUsd: 500, anomalyUsd: 50 }]);
});

it.each([
  [
    "somebody without an address",
    { emails: ["ops"] },
    'twinstack:observability.emails[0] is "ops": write an e-mail address',
  ],
  [
    "an address twice",
    { emails: ["ops@example.com", "ops@example.com"] },
    'twinstack:observability.emails[1] is "ops@example.com": it is there twice, write each once',
  ],
  [
    "more than everything",
    { cache: { ...GOOD.cache, memoryPercent: 101 } },
    "twinstack:observability.cache.memoryPercent is 101: write a whole number from 1 to 100 (percent; use of memory above which somebody is told)",
  ],
  [
    "a disk that may be full",
    { database: { ...GOOD.database, freeStoragePercent: 0 } },
    "twinstack:observability.database.freeStoragePercent is 0: write a whole number from 1 to 100 (percent; free part of allocatedStorageGiB below which somebody is told)",
  ],
  [
    "milliseconds",
    { loadBalancer: { ...GOOD.loadBalancer, p99Seconds: 500 } },
    "twinstack:observability.loadBalancer.p99Seconds is 500: write a number from 0.05 to 60 (seconds; time of the slowest hundredth of requests above which somebody is told)",
  ],
  [
    "no limit",
    { spending: { anomalyUsd: 50 } },
    "twinstack:observability.spending.monthlyUsd is missing: write a whole number from 1 to 10000000 (USD the account may cost a month)",
  ],
  [
    "a threshold nobody knows",
    { loadBalancer: { ...GOOD.loadBalancer, p50Seconds: 1 } },
    "twinstack:observability.loadBalancer.p50Seconds is 1: no such key, use one of errorPercent, p99Seconds",
  ],
])("refuses %s", (_what, change, message) => expect(problems(change)).toEqual([message]));

it("makes figures of the shares, by what the database has", () => {
  const sizes = {
    allocatedStorageGiB: 50,
    instanceClass: "db.t4g.micro",
    parameters: [{ name: "max_connections", value: "110", restart: true }],
  };
  const { emails, spending, ...config } = observabilitySchema.parse(GOOD);
  expect(thresholdsOf(config, sizes)).toEqual({
    database: {
      cpuPercent: 80,
      freeStorageGiB: 10,
      connections: 80,
      replicaLagSeconds: 10,
      cpuCredits: 50,
    },
    cache: GOOD.cache,
    loadBalancer: GOOD.loadBalancer,
  });
  expect([emails, spending]).toEqual([GOOD.emails, GOOD.spending]);
});
