import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Output } from "../../doorways/output.ts";
import { platformStack } from "../../doorways/stack.ts";
import { stateDir } from "../../local/paths.ts";
import { callRegion } from "../../local/region/client.ts";
import { changedResources } from "./changes.ts";
import { make, made } from "./doorway.ts";
import { removeHost } from "./in-host.ts";
import { onServer, pidOf, servers, type Servers } from "./postgres.ts";
import { minute, ownStack, readOutput, takeDown, stackOutputs } from "./stack.ts";
import { whileRequesting } from "./traffic.ts";
import { until } from "./until.ts";
import { Visitor } from "./visitor.ts";

// Parts are killed under load: AWS's promises must hold and the app must recover by itself. Then they are changed by hand.

let output: Output;
let hosts: Servers;

const kill = async (name: string): Promise<void> => void process.kill(await pidOf(name), "SIGKILL");

/** The Redis hosts of a group, the primary first. */
async function redisHosts(endpoint: "cache" | "queue"): Promise<readonly [string, string]> {
  const { address } = (await readOutput())[endpoint];
  const { hosts: running } = await callRegion("status", {});
  const primary = running.find((host) => host.address === address)?.name ?? "";
  return [primary, `${primary.slice(0, -1)}${primary.endsWith("1") ? "2" : "1"}`];
}

beforeAll(async () => {
  await ownStack();
  await made("up");
  output = await readOutput();
  hosts = await servers();
}, 15 * minute);

afterAll(takeDown, 5 * minute);

describe("the primary, killed under writes", () => {
  const acknowledged: string[] = [];
  const pauseMs = 20;

  /** One user after the other, each starting an attempt, until `isOver`. */
  async function write(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      try {
        const visitor = new Visitor(output.url);
        await visitor.name("Writer");
        acknowledged.push((await visitor.start("astronomy")).id);
      } catch {
        // The kill may break what is under way: the user asks again.
        await delay(pauseMs);
      }
    }
  }

  it(
    "is replaced by the standby within 30 seconds",
    async () => {
      let over = false;
      const writers = Array.from({ length: 8 }, () => write(() => over));
      try {
        await until(
          "writes to be under way",
          async () => (acknowledged.length > 100 ? true : undefined),
          minute,
        );
        await kill(`${hosts.primary}/postgres`);
        const before = acknowledged.length;
        await until(
          "the standby to be the primary",
          async () => ((await servers()).primary === hosts.standby ? true : undefined),
          30_000,
        );
        // What was answered in the moment of the kill may still come in: a hundred more are the standby's.
        await until(
          "writes to be acknowledged again",
          async () => (acknowledged.length > before + 100 ? true : undefined),
          30_000,
        );
      } finally {
        over = true;
        await Promise.all(writers);
      }
    },
    3 * minute,
  );

  it("has lost no acknowledged write", async () => {
    const { primary } = await servers();
    const rows = await onServer(primary, "SELECT id FROM app.attempts");
    const kept = new Set(rows.map(({ id }) => id));
    expect(acknowledged.length).toBeGreaterThan(200);
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
  });

  it(
    "is followed by the app unaided, by the replicas and by a new standby",
    async () => {
      const traffic = await whileRequesting(`${output.url}/api/version`, () => delay(1_000));
      expect(traffic.failures).toEqual([]);
      const visitor = new Visitor(output.url);
      const id = await visitor.name("After");
      expect(await visitor.done("GET", "/api/me")).toEqual({ participant: { id, name: "After" } });
      await until(
        "a standby and two replicas to stream",
        async () => {
          const { primary } = await servers();
          const rows = await onServer(
            primary,
            "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming' ORDER BY 1",
          );
          const states = rows.map(({ sync_state: state }) => state);
          return states.join() === "async,async,sync" ? true : undefined;
        },
        minute,
      );
    },
    2 * minute,
  );

  it(
    "is no drift",
    async () => {
      expect(changedResources((await made("up")).stderr)).toEqual([]);
    },
    5 * minute,
  );
});

it(
  "answers every request while the cache is killed, both of its nodes",
  async () => {
    const { loadBalancer } = await stackOutputs(platformStack);
    const { dnsName } = loadBalancer as { dnsName: string };
    const { addresses } = await callRegion("dns/resolve", { name: dnsName });
    const nodes = await redisHosts("cache");
    // Past the CDN, whose cache would answer for the app.
    const traffic = await whileRequesting(`http://${addresses[0]}/api/quizzes`, async () => {
      await delay(500);
      for (const node of nodes) await kill(`${node}/redis-server`);
      await until(
        "the cache to be well again",
        async () => {
          const { dependencies } = await new Visitor(output.url).done<{
            dependencies: readonly { name: string; ok: boolean }[];
          }>("GET", "/health");
          return dependencies.find(({ name }) => name === "cache")?.ok === true ? true : undefined;
        },
        minute,
      );
    });
    expect(traffic.sent).toBeGreaterThan(100);
    expect(traffic.failures).toEqual([]);
  },
  2 * minute,
);

it(
  "does every accepted job once, though the queue is killed",
  async () => {
    const visitors = Array.from({ length: 12 }, () => new Visitor(output.url));
    await Promise.all(visitors.map((visitor, index) => visitor.name(`Player ${index}`)));
    const play = async (visitor: Visitor): Promise<void> => {
      for (let round = 0; round < 3; round += 1) await visitor.submit(await visitor.start("astronomy"));
    };
    const playing = visitors.map(play);
    await delay(200);
    for (const node of await redisHosts("queue")) await kill(`${node}/redis-server`);
    await Promise.all(playing);
    await until(
      "every submission to count",
      async () => {
        const standings = await Promise.all(visitors.map((visitor) => visitor.standing()));
        return standings.every(({ quizzes }) => quizzes[0]?.attempts === 3) ? true : undefined;
      },
      minute,
    );
    // Whoever did one twice would do it soon.
    const { primary } = await servers();
    await until(
      "no job to be left",
      async () => {
        const [row] = await onServer(
          primary,
          "SELECT count(*)::int AS waiting FROM app.outbox WHERE done_at IS NULL",
        );
        return row?.["waiting"] === 0 ? true : undefined;
      },
      minute,
    );
    const standings = await Promise.all(visitors.map((visitor) => visitor.standing()));
    expect(standings.map(({ quizzes }) => quizzes)).toEqual(
      visitors.map((): unknown => [expect.objectContaining({ quizId: "astronomy", attempts: 3 })]),
    );
  },
  3 * minute,
);

describe("a change by hand, which refresh shows and `make up` mends:", () => {
  async function mended(...resources: readonly string[]): Promise<void> {
    const { stderr } = await made("up");
    expect(changedResources(stderr)).toEqual(resources.map((resource) => `updated ${resource}`).sort());
  }

  it(
    "a Redis node removed",
    async () => {
      const before = await readOutput();
      const [, replica] = await redisHosts("cache");
      await removeHost(replica);
      await mended("aws:elasticache:ReplicationGroup cache-cache");
      expect(await readOutput()).toEqual(before);
    },
    5 * minute,
  );

  it(
    "a parameter changed in Postgres",
    async () => {
      const { primary } = await servers();
      const setting = async (): Promise<unknown> =>
        (await onServer(primary, "SHOW log_min_duration_statement"))[0]?.["log_min_duration_statement"];
      const before = await setting();
      await onServer(primary, "ALTER SYSTEM SET log_min_duration_statement = '17ms'");
      await onServer(primary, "SELECT pg_reload_conf()");
      await until(
        "the server to take it",
        async () => ((await setting()) === "17ms" ? true : undefined),
        5_000,
      );
      await mended("aws:rds:ParameterGroup database");
      expect(await setting()).toBe(before);
    },
    5 * minute,
  );

  it(
    "a cache behaviour edited in nginx",
    async () => {
      const [distribution = ""] = readdirSync(join(stateDir(), "cdn"));
      const file = join(stateDir(), "cdn", distribution, "nginx.conf");
      const before = readFileSync(file, "utf8");
      const [start, end] = ["    # > /assets/*", "    # < /assets/*"].map((mark) => before.indexOf(mark));
      const behaviour = before.slice(start, end);
      expect(behaviour).toContain("proxy_cache_lock on;");
      const edited = behaviour.replace("proxy_cache_lock on;", "proxy_cache_lock off;");
      writeFileSync(file, before.replace(behaviour, edited));
      await mended("aws:cloudfront:Distribution cdn");
      expect(readFileSync(file, "utf8")).toBe(before);
      expect(changedResources((await made("up")).stderr)).toEqual([]);
    },
    5 * minute,
  );
});

it(
  "a part that is stopped is named, with what lets it go on",
  async () => {
    const name = "registry/docker-registry-push";
    const pid = await pidOf(name);
    process.kill(pid, "SIGSTOP");
    try {
      const refused = await make("preview");
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain("parts are stopped, and whoever asks them would wait:");
      expect(refused.stderr).toContain(`(process ${pid}, stopped: "kill -CONT ${pid}" lets it go on)`);
      expect((await made("status")).stdout).toContain(`docker-registry-push (STOPPED: "kill -CONT ${pid}")`);
    } finally {
      process.kill(pid, "SIGCONT");
    }
    expect((await made("status")).stdout).not.toContain("STOPPED");
  },
  2 * minute,
);
