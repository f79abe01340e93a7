import { Redis } from "ioredis";
import { z } from "zod";
import { connectRedis } from "../redis/connect.ts";
import { eventually } from "../testing/eventually.ts";
import { testLogger } from "../testing/log-lines.ts";
import { startRedis } from "../testing/redis.ts";
import type { RedisServer } from "../testing/redis.ts";
import { Cache } from "./cache.ts";
import type { CacheResult } from "./cache.ts";
import { sharedKeys } from "./keys.ts";

jest.setTimeout(120_000);
const PASSWORD = "cache-1234567890abcdef1234567890ab";

let server: RedisServer;
beforeAll(async () => (server = await startRedis(PASSWORD, "allkeys-lru")));
afterAll(() => server.remove());

let redis: Redis;
let raw: Redis;
let cache: Cache;
let results: CacheResult[];
let lines: Record<string, unknown>[];
beforeEach(async () => {
  const log = testLogger();
  lines = log.lines;
  const settings = { host: "127.0.0.1", port: server.port, password: PASSWORD, tls: false };
  redis = connectRedis(settings, "cache", log.logger);
  raw = server.connect();
  await eventually("the connection", () => (redis.status === "ready" ? true : undefined));
  await raw.flushall();
  cache = new Cache(redis, log.logger);
  results = [];
  cache.onResult = (result) => results.push(result);
});
afterEach(() => {
  redis.disconnect();
  raw.disconnect();
});

const entry = { key: sharedKeys.quizList, schema: z.array(z.string()), freshSeconds: 60, staleSeconds: 600 };
const failing = () => Promise.reject(new Error("database away"));
const kept = () =>
  eventually("the entry to be kept", async () => {
    const text = await raw.get(entry.key);
    return text?.includes("freshUntil") === true ? text : undefined;
  });
/** As if its fresh time were over. */
const age = async (): Promise<void> => {
  const { value } = JSON.parse(await kept()) as { value: unknown };
  await raw.set(entry.key, JSON.stringify({ freshUntil: Date.now() - 1, value }));
};

describe("Cache", () => {
  it("loads once, then serves what it kept", async () => {
    expect(await cache.through(entry, async () => ["a"])).toEqual(["a"]);
    await kept();
    expect(await cache.through(entry, failing)).toEqual(["a"]);
    expect(results).toEqual(["miss", "hit"]);
  });

  it("keeps entries for their time, each a little longer or shorter than the others", async () => {
    const times = new Set<number>();
    for (const id of ["a", "b", "c", "d", "e", "f"]) {
      const one = { ...entry, key: sharedKeys.quiz(id), freshSeconds: 1000, staleSeconds: 0 };
      await cache.through(one, async () => [id]);
      times.add(
        await eventually("its time", async () =>
          (await raw.ttl(one.key)) > 0 ? raw.ttl(one.key) : undefined,
        ),
      );
    }
    expect(times.size).toBeGreaterThan(1);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(890);
    expect(Math.max(...times)).toBeLessThanOrEqual(1101);
  });

  it("has one load under way for everybody who asks meanwhile", async () => {
    let loads = 0;
    const load = async () => {
      loads += 1;
      await new Promise((resolve) => setImmediate(resolve));
      return ["a"];
    };
    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.through(entry, load)));
    expect([loads, new Set(answers.map((answer) => answer[0]))]).toEqual([1, new Set(["a"])]);
  });

  it("tells everybody who waited when the load fails, and loads again for the next", async () => {
    const both = await Promise.allSettled([cache.through(entry, failing), cache.through(entry, failing)]);
    expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await cache.through(entry, async () => ["b"])).toEqual(["b"]);
  });

  it("loads anew what is past its time, and serves it all the same when that fails", async () => {
    await cache.through(entry, async () => ["old"]);
    await age();
    expect(await cache.through(entry, failing)).toEqual(["old"]);
    expect(await cache.through(entry, async () => ["new"])).toEqual(["new"]);
    await eventually("the new one to be kept", async () =>
      (await raw.get(entry.key))?.includes("new") === true ? true : undefined,
    );
    expect(await cache.through(entry, failing)).toEqual(["new"]);
    expect(results).toEqual(["miss", "stale", "miss", "hit"]);
  });

  it.each([
    "{",
    "[]",
    '{"freshUntil":9e15,"value":[1]}',
    '{"freshUntil":9e15,"value":{"of":"another release"}}',
  ])("takes what does not fit for missing: %s", async (text) => {
    await raw.set(entry.key, text);
    expect(await cache.through(entry, async () => ["mine"])).toEqual(["mine"]);
    expect(results).toEqual(["miss"]);
  });

  it("forgets on demand", async () => {
    await cache.through(entry, async () => ["a"]);
    await kept();
    await cache.forget([entry.key]);
    expect(await raw.exists(entry.key)).toBe(0);
  });

  describe("forgotten while it is being loaded", () => {
    /** A load that began before the change and ends when it is let go. */
    function slowLoad(by: Cache, value: string[] | undefined) {
      const gate = Promise.withResolvers<undefined>();
      const begun = Promise.withResolvers<undefined>();
      const optional = { ...entry, schema: entry.schema.optional() };
      const answer = by.through(optional, async () => {
        begun.resolve(undefined);
        await gate.promise;
        return value;
      });
      return { begun: begun.promise, finish: () => (gate.resolve(undefined), answer) };
    }
    /** Whatever was to be written by now has been. */
    const settled = async (one: Redis) => {
      await new Promise((resolve) => setImmediate(resolve));
      await one.ping();
    };
    const text = async () => (await raw.get(entry.key)) ?? "";

    it.each<[string, string[] | undefined, boolean]>([
      ["a value where nothing was", ["old"], false],
      ["a value in place of one past its time", ["old"], true],
      ["that there is nothing", undefined, false],
    ])("keeps nothing of it, in this process and in others: %s", async (_what, value, aged) => {
      const elsewhereRedis = server.connect();
      const elsewhere = new Cache(elsewhereRedis, testLogger().logger);
      if (aged) {
        await cache.through(entry, async () => ["older"]);
        await age();
      }
      const slow = slowLoad(cache, value);
      await slow.begun;
      await elsewhere.forget([entry.key]);
      expect(await slow.finish()).toEqual(value);
      await settled(redis);
      expect(await text()).not.toContain("freshUntil");
      // A second load in another process, forgotten by a third, after which somebody else has kept the new one.
      const other = slowLoad(elsewhere, value);
      await other.begun;
      await cache.forget([entry.key]);
      expect(await cache.through(entry, async () => ["new"])).toEqual(["new"]);
      await eventually("the new one", async () => ((await text()).includes("new") ? true : undefined));
      await other.finish();
      await settled(elsewhereRedis);
      expect(await cache.through(entry, failing)).toEqual(["new"]);
      elsewhereRedis.disconnect();
    });

    it("is not joined by who asks after that", async () => {
      const slow = slowLoad(cache, ["old"]);
      await slow.begun;
      await cache.forget([entry.key]);
      expect(await cache.through(entry, async () => ["new"])).toEqual(["new"]);
      expect(await slow.finish()).toEqual(["old"]);
    });

    it("keeps nothing when the cache did not answer before the load", async () => {
      const away = jest.spyOn(redis, "get").mockRejectedValueOnce(new Error("Connection is closed."));
      expect(await cache.through(entry, async () => ["old"])).toEqual(["old"]);
      away.mockRestore();
      await settled(redis);
      expect(await raw.exists(entry.key)).toBe(0);
    });

    it("is forgotten later when the cache did not answer then", async () => {
      await cache.through(entry, async () => ["old"]);
      await kept();
      const away = jest.spyOn(redis, "del").mockRejectedValueOnce(new Error("Connection is closed."));
      await cache.forget([entry.key]);
      away.mockRestore();
      await eventually("it to be gone", async () => ((await raw.exists(entry.key)) === 0 ? true : undefined));
    });

    it("is forgotten by the release before in the same way", async () => {
      const slow = slowLoad(cache, ["old"]);
      await slow.begun;
      await raw.del(entry.key);
      await slow.finish();
      await settled(redis);
      expect(await raw.exists(entry.key)).toBe(0);
    });
  });

  it("answers while Redis is dead, leaves it out soon, and uses it again by itself", async () => {
    await server.kill("SIGKILL");
    for (let index = 0; index < 6; index += 1)
      expect(await cache.through(entry, async () => ["db"])).toEqual(["db"]);
    expect(results).toContain("error");
    expect(results.at(-1)).toBe("bypass");
    expect(lines.filter((line) => line["message"] === "cache left out: it does not answer")).toHaveLength(1);
    await server.start();
    await eventually("a hit", async () => {
      await cache.through(entry, async () => ["db"]);
      return results.at(-1) === "hit" ? true : undefined;
    });
  });

  it.each([
    "BUSY Redis is busy running a script.",
    "OOM command not allowed when used memory > 'maxmemory'.",
  ])("is not left out by a Redis that says: %s", async (reply) => {
    await cache.through(entry, async () => ["kept"]);
    await kept();
    const busy = jest.spyOn(redis, "get").mockRejectedValue(new Error(reply));
    for (let index = 0; index < 5; index += 1) await cache.through(entry, async () => ["db"]);
    busy.mockRestore();
    await cache.through(entry, async () => ["db"]);
    expect(results).toEqual(["miss", "error", "error", "error", "error", "error", "hit"]);
    expect(lines.map((line) => line["message"])).toEqual(["the cache has too much to do"]);
  });

  it("is not left out for commands that come too late while others are answered", async () => {
    const other = { ...entry, key: sharedKeys.overallLeaderboard };
    for (let index = 0; index < 4; index += 1) {
      const late = Promise.withResolvers<string | null>();
      const slow = jest.spyOn(redis, "get").mockReturnValueOnce(late.promise);
      const waiting = cache.through(entry, async () => ["db"]);
      await cache.forget([other.key]);
      late.reject(new Error("Command timed out"));
      await waiting;
      slow.mockRestore();
    }
    await cache.through(other, async () => ["db"]);
    expect(results).toEqual(["error", "error", "error", "error", "miss"]);
  });

  it("does not make anybody wait for a Redis that has gone silent", async () => {
    server.freeze();
    for (let index = 0; index < 20; index += 1) await cache.through(entry, async () => ["db"]);
    server.thaw();
    // Three commands wait 150 ms each, two that read and one that writes; then nobody does, but for one that tries again when
    // a second has passed.
    const waited = results.filter((result) => result === "error").length;
    expect(results).toHaveLength(20);
    expect(results.filter((result) => result === "bypass")).toHaveLength(20 - waited);
    expect([waited > 0, waited < 6]).toEqual([true, true]);
  });

  it("is refused without the password", async () => {
    const stranger = new Redis({
      host: "127.0.0.1",
      port: server.port,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    stranger.on("error", () => undefined);
    await expect(stranger.get(entry.key)).rejects.toThrow(/NOAUTH|closed/);
    stranger.disconnect();
  });
});
