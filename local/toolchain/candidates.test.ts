import { candidatesOf, parsePolicy, programVersion } from "./candidates.ts";
import { debianPackages } from "./debian.ts";
import { installedMajor, postgresSkew } from "./postgres-major.ts";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** As Debian 12 prints it, the mirror's name changed. */
const debian12 = `postgresql-15:
  Installed: 15.18-0+deb12u1
  Candidate: 15.20-0+deb12u1
  Version table:
     15.20-0+deb12u1 500
        500 http://mirror.example/debian-security bookworm-security/main amd64 Packages
 *** 15.18-0+deb12u1 500
        100 /var/lib/dpkg/status
redis-server:
  Installed: (none)
  Candidate: 5:7.0.15-1~deb12u10
  Version table:
     5:7.0.15-1~deb12u10 500
`;

/** Debian 13's lists asked for postgresql-15, -16, -17 and redis-server, recorded on 2026-11-30: the first two are not known there. */
const debian13 = `postgresql-17:
  Installed: (none)
  Candidate: 17.12-0+deb13u1
  Version table:
     17.12-0+deb13u1 500
        500 http://mirror.example/debian trixie/main amd64 Packages
redis-server:
  Installed: (none)
  Candidate: 5:8.0.2-3+deb13u3
  Version table:
     5:8.0.2-3+deb13u3 500
        500 http://mirror.example/debian trixie/main amd64 Packages
`;

/** What is only a name there: removed, virtual, or held off by a pin. */
const withoutCandidate = `postgresql-15:
  Installed: (none)
  Candidate: (none)
  Version table:
     15.1-1 -1
postgresql-17:
  Installed: (none)
  Candidate: 17.6-0+deb13u1
`;

describe("parsePolicy", () => {
  it("reads what is installed and what apt would install", () => {
    expect([...parsePolicy(debian12)]).toEqual([
      ["postgresql-15", { installed: "15.18-0+deb12u1", version: "15.20-0+deb12u1" }],
      ["redis-server", { installed: undefined, version: "5:7.0.15-1~deb12u10" }],
    ]);
  });

  it("has no candidate for a name alone, and nothing for a name that apt does not know", () => {
    const known = parsePolicy(withoutCandidate);
    expect(known.get("postgresql-15")).toEqual({ installed: undefined, version: undefined });
    expect(known.get("nginx-light")).toBeUndefined();
    expect(parsePolicy("")).toEqual(new Map());
  });

  it("is given English whatever language the machine speaks", async () => {
    const languages: (string | undefined)[] = [];
    await candidatesOf(["a"], async (_command, _args, options) => {
      languages.push(options?.env?.["LC_ALL"]);
      return "";
    });
    expect(languages).toEqual(["C"]);
  });
});

describe("Debian 13's lists", () => {
  it("have neither PostgreSQL 15 nor Redis 7", () => {
    const known = parsePolicy(debian13);
    expect(known.get("postgresql-15")).toBeUndefined();
    expect(programVersion(known.get("redis-server")?.version ?? "")).toBe("8.0");
  });
});

describe("programVersion", () => {
  it.each([
    ["5:8.0.2-3+deb13u3", "8.0"],
    ["7.0.15-1~deb12u10", "7.0"],
    ["17.6-0+deb13u1", "17.6"],
    ["257", "257"],
  ])("takes the program's version out of %s", (version, expected) => {
    expect(programVersion(version)).toBe(expected);
  });
});

describe("PostgreSQL's major version", () => {
  const serverOf = async (policy: string, major?: number): Promise<readonly string[]> =>
    (
      await debianPackages(
        async () => policy,
        () => major,
      )
    ).filter((name) => name.startsWith("postgresql-"));

  it("is the one that is installed, else the oldest that apt can get, else the oldest that may serve", async () => {
    expect(await serverOf(debian12)).toEqual(["postgresql-15"]);
    expect(await serverOf(debian13)).toEqual(["postgresql-17"]);
    expect(await serverOf(withoutCandidate)).toEqual(["postgresql-17"]);
    expect(await serverOf(debian12, 16)).toEqual(["postgresql-16"]);
    expect(await serverOf("")).toEqual(["postgresql-15"]);
  });

  it("is found by the server's program: an older one and a folder of clients alone do not count", () => {
    const folder = mkdtempSync(join(tmpdir(), "majors-"));
    try {
      expect(installedMajor(join(folder, "none"))).toBeUndefined();
      for (const file of ["13/bin/postgres", "15/bin/psql", "18/bin/postgres", "17/bin/postgres"]) {
        mkdirSync(join(folder, dirname(file)), { recursive: true });
        writeFileSync(join(folder, file), "");
      }
      expect(installedMajor(folder)).toBe(17);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("is named where another one was asked for", () => {
    expect(postgresSkew("15.14", 15)).toBeUndefined();
    expect(postgresSkew("15", 17)).toBe(
      'PostgreSQL 17 of this machine stands in for engineVersion "15": what 15 does otherwise is not seen here',
    );
  });
});
