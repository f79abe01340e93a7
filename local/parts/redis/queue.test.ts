import { Queue, Worker } from "bullmq";

import type { StoredResource } from "../../region/protocol.ts";
import { until } from "../host/until.ts";
import { TestRegion, TOKEN } from "./testing.ts";

// Real hosts and processes.

const region = new TestRegion();
let group: StoredResource;

beforeAll(async () => {
  await region.start();
  region.parameters("keep", { "maxmemory-policy": "noeviction" });
  region.parameters("lru", { "maxmemory-policy": "allkeys-lru" });
  group = await region.group("queue", { parameterGroupName: "keep" });
});
afterAll(() => region.stop());

/** As BullMQ wants it: a worker waits for jobs without end, and for its connection too. */
async function reach() {
  const { host = "", tls } = await region.options(group);
  return { host, port: 6379, password: TOKEN, tls, maxRetriesPerRequest: null };
}

/** BullMQ calls nothing that ElastiCache refuses: jobs, delays, retries and repeats need no CONFIG. */
it("carries BullMQ's jobs, each done once, also delayed and repeated after a failure", async () => {
  const connection = await reach();
  const warn = jest.spyOn(console, "warn");
  const queue = new Queue("leaderboard", { connection });
  const done: string[] = [];
  const worker = new Worker(
    "leaderboard",
    async ({ name, attemptsMade }) => {
      if (name === "fails-once" && attemptsMade === 0) throw new Error("once");
      done.push(name);
    },
    { connection, concurrency: 4 },
  );
  const errors: Error[] = [];
  worker.on("error", (error) => errors.push(error));
  queue.on("error", (error) => errors.push(error));
  await queue.addBulk(Array.from({ length: 50 }, (_, index) => ({ name: `job-${index}`, data: {} })));
  await queue.add("later", {}, { delay: 300 });
  await queue.add("fails-once", {}, { attempts: 2, backoff: { type: "fixed", delay: 50 } });
  await until("52 jobs", 30_000, () => done.length >= 52);
  expect([...done].sort()).toEqual(
    [...Array.from({ length: 50 }, (_, index) => `job-${index}`), "later", "fails-once"].sort(),
  );
  expect(await queue.getJobCounts("waiting", "active", "delayed", "failed")).toEqual({
    waiting: 0,
    active: 0,
    delayed: 0,
    failed: 0,
  });
  expect(errors).toEqual([]);
  // It looks at the eviction policy by INFO, and finds it right.
  expect(warn).not.toHaveBeenCalled();
  await Promise.all([worker.close(), queue.close()]);
  warn.mockRestore();
});

it("goes on with a job that was queued before a failover", async () => {
  const connection = await reach();
  const queue = new Queue("survivors", { connection });
  await queue.add("survivor", { attempt: 1 });
  const client = await region.connect(group);
  expect(await client.call("WAIT", "1", "5000")).toBe(1);
  await queue.close();
  const [before] = region.addresses(group, "primary");
  const primary = region.machine.hosts.list().find(({ address }) => address === before);
  region.machine.processes.signal(`${primary?.name}/redis-server`, "SIGKILL");
  await until("another primary", 30_000, () => region.addresses(group, "primary")[0] !== before);
  const done: unknown[] = [];
  const after = await reach();
  const worker = new Worker("survivors", async ({ name, data }) => void done.push([name, data]), {
    connection: after,
  });
  await until("the job", 30_000, () => done.length > 0);
  expect(done).toEqual([["survivor", { attempt: 1 }]]);
  await worker.close();
});
