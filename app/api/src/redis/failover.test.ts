import { z } from "zod";
import { Cache } from "../cache/cache.ts";
import { sharedKeys } from "../cache/keys.ts";
import { JobQueue } from "../queue/queue.ts";
import { JobWorker } from "../queue/worker.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startRedis } from "../testing/redis.ts";
import type { RedisServer } from "../testing/redis.ts";
import { startTcpProxy } from "../testing/tcp-proxy.ts";
import type { TcpProxy } from "../testing/tcp-proxy.ts";
import { connectRedis } from "./connect.ts";

const PASSWORD = "queue-1234567890abcdef1234567890ab";
const { logger } = testLogger();

let before: RedisServer;
let after: RedisServer;
let name: TcpProxy;
beforeAll(async () => {
  [before, after] = await Promise.all([
    startRedis(PASSWORD, "noeviction"),
    startRedis(PASSWORD, "noeviction"),
  ]);
});
beforeEach(async () => (name = await startTcpProxy(before.port)));
afterEach(() => name.close());
afterAll(() => Promise.all([before.remove(), after.remove()]));

const connect = (use: Parameters<typeof connectRedis>[1]) =>
  connectRedis({ host: "127.0.0.1", port: name.port, password: PASSWORD, tls: false }, use, logger);

/** The name moves to another server, and the one before goes on answering as a replica: nothing is cut. */
async function failOver(): Promise<void> {
  const admin = before.connect();
  await admin.replicaof("127.0.0.1", after.port);
  admin.disconnect();
  name.redirect(after.port);
}
afterEach(async () => {
  const admin = before.connect();
  await admin.replicaof("NO", "ONE");
  admin.disconnect();
});

describe("when Redis fails over and the old primary goes on as a replica", () => {
  it("jobs are sent to the new one, and taken from it", async () => {
    const [senderRedis, workerRedis] = [connect("queue-sender"), connect("queue-worker")];
    const queue = new JobQueue(senderRedis, logger);
    const done: string[] = [];
    const handle = async (data: unknown) => {
      done.push((data as { outboxId: string }).outboxId);
      return "done" as const;
    };
    const worker = new JobWorker(workerRedis, handle, () => undefined, logger);
    /** As the relay does: what could not be sent is sent again. */
    const bring = (outboxId: string) =>
      eventually(`job ${outboxId}`, async () => {
        const job = { outboxId, kind: "attempt.submitted", version: 1, payload: {} };
        await queue.send([job]).catch(() => undefined);
        return done.includes(outboxId) ? true : undefined;
      });
    try {
      await bring("1");
      await failOver();
      await bring("2");
      expect(workerRedis.status).toBe("ready");
    } finally {
      await worker.stop(5);
      await queue.close();
      senderRedis.disconnect();
      workerRedis.disconnect();
    }
  });

  it("the cache is written again", async () => {
    const redis = connect("cache");
    const cache = new Cache(redis, logger);
    const entry = {
      key: sharedKeys.quizList,
      schema: z.string(),
      freshSeconds: 60,
      staleSeconds: 60,
    };
    const admin = after.connect();
    try {
      await eventually("the connection", () => (redis.status === "ready" ? true : undefined));
      await failOver();
      await eventually("the new one to have it", async () => {
        expect(await cache.through(entry, async () => "loaded")).toBe("loaded");
        return (await admin.exists(entry.key)) === 1 ? true : undefined;
      });
    } finally {
      admin.disconnect();
      redis.disconnect();
    }
  });
});
