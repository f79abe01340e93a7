import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Output } from "../../doorways/output.ts";
import { platformStack } from "../../doorways/stack.ts";
import { callRegion } from "../../local/region/client.ts";
import { stateDir } from "../../local/paths.ts";
import { connectionTable } from "./connection-table.ts";
import { ALLOWED } from "./allowed-connections.ts";
import { made, make } from "./doorway.ts";
import { inHost } from "./in-host.ts";
import { onServer, servers, type Servers } from "./postgres.ts";
import { passwordOf, platformSecrets } from "./platform-secrets.ts";
import { minute, ownStack, readOutput, takeDown, stackOutputs } from "./stack.ts";
import { until } from "./until.ts";
import { Visitor } from "./visitor.ts";

// Database, cache and what may reach them, on one stack.

interface Login {
  readonly user: string;
  readonly password: string;
}
interface Endpoint {
  readonly host: string;
  readonly address: string;
}
type PostgresAnswer = { readonly rows: readonly unknown[] } | { readonly code: string | null };

let output: Output;
let hosts: Servers;
let readOnly: Login;
let readWrite: Login;
let primary: Endpoint;
let ca: string;

/** What a server says to a client on a node, where the app's pods are. */
const ask = (
  endpoint: Pick<Output["cache"], "host" | "address">,
  login: Login,
  { tls = true, sql = "SELECT 1 AS one" } = {},
): Promise<PostgresAnswer> =>
  inHost("node-a", "postgres", {
    question: { host: endpoint.host, address: endpoint.address, ...login, tls, ca, sql },
  });

beforeAll(async () => {
  await ownStack();
  await made("up");
  output = await readOutput();
  hosts = await servers();
  const platform = await stackOutputs(platformStack);
  const secrets = await platformSecrets();
  readOnly = { user: "app_ro", password: passwordOf(secrets, "databaseReadOnly") };
  readWrite = { user: "app_rw", password: passwordOf(secrets, "databaseReadWrite") };
  const { host } = (platform["database"] as { primary: { host: string } }).primary;
  const { addresses } = await callRegion("dns/resolve", { name: host });
  primary = { host, address: addresses[0] ?? "" };
  ca = readFileSync(join(stateDir(), "authority/twinstack-local-ca.crt"), "utf8");
}, 15 * minute);

afterAll(takeDown, 5 * minute);

describe("replication", () => {
  it("streams to a synchronous standby and to both replicas", async () => {
    const rows = await onServer(
      hosts.primary,
      "SELECT application_name AS name, state, sync_state AS sync FROM pg_stat_replication",
    );
    const expected: { name: string; state: string; sync: string }[] = [
      { name: hosts.standby, state: "streaming", sync: "sync" },
      ...hosts.replicas.map((name) => ({ name, state: "streaming", sync: "async" })),
    ];
    const byName = (one: { name?: unknown }, other: { name?: unknown }): number =>
      String(one.name).localeCompare(String(other.name));
    expect([...rows].sort(byName)).toEqual(expected.sort(byName));
    expect(hosts.replicas).toHaveLength(2);
  });

  it("takes no write on a replica", async () => {
    for (const reader of output.database.readers) {
      const answer = await ask(reader, readOnly, { sql: "CREATE TEMPORARY TABLE mine (n int)" });
      expect(answer).toMatchObject({ code: "25006" });
    }
  });

  it("serves what the app reads from both replicas", async () => {
    const scans = (): Promise<readonly number[]> =>
      Promise.all(
        hosts.replicas.map(async (host) => {
          const [row] = await onServer(
            host,
            "SELECT sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::int AS scans FROM pg_stat_user_tables",
          );
          return Number(row?.["scans"]);
        }),
      );
    const visitor = new Visitor(output.url);
    await visitor.name("Grace");
    const before = await scans();
    await until(
      "the scans of both replicas to grow",
      async () => {
        for (let asked = 0; asked < 20; asked += 1) await visitor.standing();
        const now = await scans();
        return now.every((count, index) => count > (before[index] ?? 0)) ? true : undefined;
      },
      minute,
    );
  }, 90_000);

  it("shows a user their own write while no replica replays", async () => {
    const visitor = new Visitor(output.url);
    const other = new Visitor(output.url);
    await other.name("Before the pause");
    await Promise.all(hosts.replicas.map((host) => onServer(host, "SELECT pg_wal_replay_pause()")));
    try {
      const id = await visitor.name("Edsger");
      for (let asked = 0; asked < 20; asked += 1) {
        expect(await visitor.done("GET", "/api/me")).toEqual({ participant: { id, name: "Edsger" } });
      }
      const attempt = await visitor.start("astronomy");
      const submitted = await visitor.submit(attempt);
      expect(submitted.result).not.toBeNull();
      for (let asked = 0; asked < 20; asked += 1) {
        expect(await visitor.done("GET", `/api/attempts/${attempt.id}`)).toEqual(submitted);
      }
      const [lag] = await onServer(
        hosts.primary,
        "SELECT min(pg_wal_lsn_diff(sent_lsn, replay_lsn))::int AS bytes FROM pg_stat_replication WHERE sync_state = 'async'",
      );
      expect(Number(lag?.["bytes"])).toBeGreaterThan(0);
    } finally {
      await Promise.all(hosts.replicas.map((host) => onServer(host, "SELECT pg_wal_replay_resume()")));
    }
  }, 90_000);
});

describe("a client that should not", () => {
  it("is let in neither without TLS nor with a wrong password, by the primary, a replica or the pooler", async () => {
    const { writer, readers } = output.database;
    // The pooler's own words are a protocol violation's, 08P01, for both.
    const tries = [
      { endpoint: primary, login: readWrite, codes: ["28P01", "28000"] },
      { endpoint: writer, login: readWrite, codes: ["08P01", "08P01"] },
      ...readers.map((endpoint) => ({ endpoint, login: readOnly, codes: ["28P01", "28000"] })),
    ];
    for (const { endpoint, login, codes } of tries) {
      expect(await ask(endpoint, login)).toEqual({ rows: [{ one: 1 }] });
      const wrong = await ask(endpoint, { ...login, password: "guess" });
      const plain = await ask(endpoint, login, { tls: false });
      expect([wrong, plain]).toMatchObject(codes.map((code) => ({ code })));
    }
  }, 60_000);

  it("is let in neither without TLS nor without the token by either Redis", async () => {
    for (const endpoint of [output.cache, output.queue]) {
      const question = { ...endpoint, ca };
      expect(await inHost("node-a", "redis", { question: { ...question, tls: true } })).toMatch(/^-NOAUTH /);
      const plain = await inHost<string>("node-a", "redis", { question: { ...question, tls: false } });
      expect(plain).not.toMatch(/PONG|NOAUTH/);
    }
  }, 60_000);

  it(
    "reaches exactly what the security groups allow, from any host",
    async () => {
      expect(await connectionTable(output)).toEqual(ALLOWED);
    },
    2 * minute,
  );
});

describe("the CDN's cache", () => {
  const cached = async (path: string): Promise<string | null> => {
    const response = await fetch(`${output.url}${path}`);
    await response.arrayBuffer();
    expect(response.status).toBe(200);
    return response.headers.get("x-cache");
  };

  /** Path of the page's script. */
  const script = async (): Promise<string> => {
    const page = await (await fetch(output.url)).text();
    return /\/assets\/[^"]+\.js/.exec(page)?.[0] ?? "";
  };

  it("gets the page's files from the bucket that the release put them into, and no others", async () => {
    const { status, headers } = await fetch(`${output.url}${await script()}`);
    expect({ status, ...Object.fromEntries(headers) }).toMatchObject({
      status: 200,
      server: "AmazonS3",
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
      "content-encoding": "gzip",
    });
    const nowhere = await fetch(`${output.url}/assets/nowhere.js`);
    expect([nowhere.status, nowhere.headers.get("content-type")]).toEqual([404, "application/xml"]);
  });

  it("has an asset the second time it is asked", async () => {
    const asset = await script();
    // The file may be there already; a query is in neither the key nor the question to the origin.
    await cached(asset);
    expect(await cached(asset)).toBe("Hit from cloudfront");
    expect(await cached(`${asset}?other`)).toBe("Hit from cloudfront");
  });

  it("never has an answer that is one user's, or an error", async () => {
    const visitor = new Visitor(output.url);
    await visitor.name("Barbara");
    for (const path of ["/api/me", "/api/attempts", "/api/me/standing", "/api/version", "/api/none"]) {
      for (let asked = 0; asked < 5; asked += 1) {
        const { headers } = await visitor.ask("GET", path);
        expect(headers.get("x-cache")).toMatch(/^(Miss|Error) from cloudfront$/);
      }
    }
  }, 60_000);

  it("never shows one user what another was answered", async () => {
    const visitors = await Promise.all(
      ["Ada", "Alan", "Grace", "Kurt"].map(async (name) => {
        const visitor = new Visitor(output.url);
        return { visitor, name, id: await visitor.name(name) };
      }),
    );
    await Promise.all(
      visitors.map(async ({ visitor, id, name }) => {
        const attempt = await visitor.start("astronomy");
        for (let asked = 0; asked < 50; asked += 1) {
          expect(await visitor.done("GET", "/api/me")).toEqual({ participant: { id, name } });
          const { attempts } = await visitor.done<{ attempts: { id: string }[] }>("GET", "/api/attempts");
          expect(attempts.map((each) => each.id)).toEqual([attempt.id]);
          await delay(5);
        }
      }),
    );
    const stranger = await new Visitor(output.url).done("GET", "/api/me");
    expect(stranger).toEqual({ participant: null });
  }, 90_000);
});

describe("make restore-drill", () => {
  const databaseHosts = async (): Promise<readonly string[]> =>
    (await callRegion("status", {})).hosts.map(({ name }) => name).filter((name) => name.startsWith("pg-"));
  /** Rows then and restored, and the verdict, by table. */
  const table = (stdout: string): ReadonlyMap<string, readonly string[]> =>
    new Map(
      stdout
        .split("\n")
        .map((line) => line.trim().split(/ {2,}/))
        .map(([name = "", ...cells]) => [name, cells] as const),
    );

  it(
    "finds every row again while writers go on, and leaves no instance",
    async () => {
      const before = await databaseHosts();
      let over = false;
      const writer = async (): Promise<void> => {
        while (!over) {
          const visitor = new Visitor(output.url);
          await visitor.name("Writer");
          await visitor.start("astronomy");
        }
      };
      const writers = [writer(), writer()];
      try {
        const { stdout } = await made("restore-drill");
        const rows = table(stdout);
        expect(Number(rows.get("app.attempts")?.[0])).toBeGreaterThan(0);
        expect([...rows].filter(([name]) => name.startsWith("app.")).map(([, cells]) => cells[2])).toEqual(
          Array.from({ length: 8 }, () => "same"),
        );
      } finally {
        over = true;
        await Promise.all(writers);
      }
      expect(await databaseHosts()).toEqual(before);
    },
    2 * minute,
  );

  it(
    "restores to a time that is asked for, and refuses one that no backup reaches",
    async () => {
      const count = async (): Promise<number> =>
        Number((await onServer(hosts.primary, "SELECT count(*)::int AS n FROM app.participants"))[0]?.["n"]);
      const early = await count();
      const time = new Date().toISOString();
      await new Visitor(output.url).name("Too late");
      const { stdout } = await made("restore-drill", `TIME=${time}`);
      expect(table(stdout).get("app.participants")).toEqual([`${early + 1}`, `${early}`, "other rows"]);
      const refused = await make("restore-drill", "TIME=2020-01-01T00:00Z");
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain("its backups begin at 20");
    },
    2 * minute,
  );
});
