import { clientRules, digest, tokensAfter } from "./access.ts";
import { parseReplication } from "./admin.ts";
import { configuration } from "./configuration.ts";
import { differing, settingsOf } from "./settings.ts";

const GIB = 1024 ** 3;

describe("settings", () => {
  it("are ElastiCache's defaults where nothing is given", () => {
    expect(settingsOf("cache.t4g.micro", {})).toMatchObject({
      "maxmemory-policy": "volatile-lru",
      "lazyfree-lazy-user-del": "yes",
      "notify-keyspace-events": "",
    });
    expect(settingsOf("cache.t4g.micro", { "maxmemory-policy": "noeviction" })["maxmemory-policy"]).toBe(
      "noeviction",
    );
  });

  it.each([
    ["cache.t4g.micro", {}, (0.5 * GIB * 0.75) / 16],
    ["cache.t4g.micro", { "reserved-memory-percent": "50" }, (0.5 * GIB * 0.5) / 16],
    ["cache.r7g.2xlarge", {}, 0.25 * GIB * 0.75],
  ])("scale the memory of %s with %j", (nodeType, given, bytes) => {
    const settings = settingsOf(nodeType, given);
    expect(settings["maxmemory"]).toBe(String(bytes));
    expect(settings["reserved-memory-percent"]).toBeUndefined();
  });

  it("differ by value, not by Redis's order of flags", () => {
    const wanted = settingsOf("cache.t4g.micro", { "notify-keyspace-events": "KEA" });
    expect(differing(wanted, { ...wanted, "notify-keyspace-events": "AKE", maxmemory: "1" })).toEqual({});
    expect(differing(wanted, { ...wanted, timeout: "300" })).toEqual({ timeout: "300" });
  });
});

describe("tokens", () => {
  const [a, b, c] = ["a", "b", "c"].map(digest);
  it.each([
    ["a first one", [], "a", undefined, [a]],
    ["the same again", [a, b], "a", "ROTATE", [a, b]],
    ["a new one beside the old", [a], "b", undefined, [b, a]],
    ["a third, which drives out the oldest", [b, a], "c", "ROTATE", [c, b]],
    ["the new one alone", [b, a], "b", "SET", [b]],
    ["none", [b, a], undefined, "DELETE", []],
    ["none said: as before", [a], undefined, undefined, [a]],
  ])("after %s", (_what, before, token, strategy, after) => {
    expect(
      tokensAfter(
        before.map((each) => each ?? ""),
        token,
        strategy,
      ),
    ).toEqual(after);
  });

  it("are in the rules as digests, and without any nobody needs one", () => {
    expect(clientRules([digest("secret")])).toContain(
      "#2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b",
    );
    expect(clientRules([])).toContain("nopass");
  });
});

it("writes a replica's configuration: TLS alone, nothing on disk, no token in clear", () => {
  const text = configuration({
    site: { address: "10.0.0.5", port: 6379, folder: "/state/redis/rd-1/rd-1-2" },
    passwords: { region: "r", replication: "replication-password", tokens: [digest("token")] },
    settings: { "maxmemory-policy": "noeviction", "notify-keyspace-events": "" },
    primaryAddress: "10.0.0.4",
  });
  const lines = text.split("\n");
  for (const line of [
    "bind 10.0.0.5",
    "port 0",
    "tls-port 6379",
    "tls-replication yes",
    'save ""',
    "appendonly no",
    "maxmemory-policy noeviction",
    'notify-keyspace-events ""',
    "masterauth replication-password",
    "replicaof 10.0.0.4 6379",
  ]) {
    expect(lines).toContain(line);
  }
  expect(text).not.toMatch(/>token|requirepass|>r\b/);
});

it("reads what nodes say of the replication", () => {
  const replica =
    "# Replication\r\nrole:slave\r\nmaster_host:10.0.0.4\r\nmaster_link_status:down\r\n" +
    "master_sync_in_progress:1\r\nslave_repl_offset:42\r\nmaster_repl_offset:7\r\n";
  expect(parseReplication(replica)).toEqual({
    role: "slave",
    primaryAddress: "10.0.0.4",
    linked: false,
    filling: true,
    offset: 42,
  });
  expect(parseReplication("role:master\r\nmaster_repl_offset:7\r\n")).toMatchObject({
    role: "master",
    offset: 7,
  });
});
