import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Candidate } from "../toolchain/candidates.ts";
import { checkPackages, distribution, hasLists, withoutApt } from "./package-checks.ts";
import { checkPostgres, checkRedis } from "./version-checks.ts";

const candidate = { installed: undefined, version: "1" };
const file = "Pulumi.local.yaml";

describe("checkPackages", () => {
  it("is well, or says what will be installed", () => {
    expect(checkPackages([], 17, new Map(), true)).toMatchObject({ state: "ok", found: "17 installed" });
    expect(checkPackages(["haproxy"], 17, new Map([["haproxy", candidate]]), true)).toMatchObject({
      state: "missing",
      found: "not installed: haproxy",
    });
  });

  it("blocks, and names every package that apt cannot get: unknown to it, or without a candidate", () => {
    const candidates = new Map<string, Candidate>([
      ["haproxy", candidate],
      ["catatonit", { installed: undefined, version: undefined }],
    ]);
    expect(checkPackages(["haproxy", "catatonit", "postgresql-15"], 17, candidates, true)).toEqual({
      name: "Debian packages",
      state: "blocks",
      found: "apt has no candidate for catatonit, postgresql-15",
      fix: 'see "apt-cache policy catatonit postgresql-15": run "apt-get update" where apt\'s lists are old, else use a Debian that has them',
    });
  });

  it("does not blame the distribution before apt has fetched its lists", () => {
    expect(checkPackages(["haproxy"], 17, new Map(), false)).toMatchObject({
      state: "missing",
      found: "not installed, and apt has no lists yet: haproxy",
    });
  });
});

describe("hasLists", () => {
  it("knows lists, compressed or not, from a folder without them", () => {
    const folder = mkdtempSync(join(tmpdir(), "lists-"));
    try {
      expect(hasLists(join(folder, "none"))).toBe(false);
      writeFileSync(join(folder, "lock"), "");
      expect(hasLists(folder)).toBe(false);
      writeFileSync(join(folder, "mirror.example_debian_dists_trixie_main_binary-amd64_Packages.lz4"), "");
      expect(hasLists(folder)).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("a machine without apt", () => {
  it("is named", () => {
    expect(distribution('NAME=Fedora\nPRETTY_NAME="Fedora Linux 43"\n')).toBe("Fedora Linux 43");
    expect(distribution("")).toBe("an unknown Linux");
    expect(withoutApt(new Error("spawn dpkg-query ENOENT"), "Fedora Linux 43")).toMatchObject({
      state: "blocks",
      found: "dpkg and apt do not answer on Fedora Linux 43: spawn dpkg-query ENOENT",
    });
  });
});

describe("versions", () => {
  it("say a skew in words where a newer PostgreSQL stands in, and refuse a newer one by name", () => {
    expect(checkPostgres("15", 15, file).found).toBe("15, as Pulumi.local.yaml asks");
    expect(checkPostgres("15", 17, file)).toMatchObject({
      state: "ok",
      found:
        'skew: PostgreSQL 17 of this machine stands in for engineVersion "15": what 15 does otherwise is not seen here',
    });
    expect(checkPostgres("17", 15, file)).toEqual({
      name: "PostgreSQL",
      state: "blocks",
      found:
        'Pulumi.local.yaml asks for engineVersion "17", and this machine has 15, which lacks what 17 brought',
      fix: 'write twinstack:database.engineVersion: "15" in Pulumi.local.yaml',
    });
  });

  it("do not let Redis 8.0 pose as 7.0, nor as a Valkey that is a program of its own", () => {
    expect(checkRedis("redis", "7.0", "7.0", file).found).toBe("7.0, as Pulumi.local.yaml asks");
    expect(checkRedis("redis", "7.0", "8.0", file).found).toBe(
      "skew: Redis 8.0 of this machine stands in for redis 7.0: what that does otherwise is not seen here",
    );
    expect(checkRedis("valkey", "8.1", "8.0", file)).toMatchObject({
      state: "blocks",
      found:
        "Pulumi.local.yaml asks for valkey 8.1, and this machine has Redis 8.0, which cannot stand in for it",
    });
  });
});
