import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchPackageLists, installPackages, type InstallSite } from "./debian-install.ts";

interface FakePackage {
  readonly needs?: readonly string[];
  /** Paths it brings; what it enables are unit files and instances. */
  readonly files?: readonly string[];
  readonly enables?: readonly string[];
  /** An init script that it links. */
  readonly script?: string;
}

const unit = (name: string): string => `/lib/systemd/system/${name}`;

const archive: Readonly<Record<string, FakePackage>> = {
  "nginx-light": { needs: ["nginx-common"] },
  "nginx-common": { files: [unit("nginx.service")], enables: ["nginx.service"] },
  "postgresql-15": { needs: ["postgresql-common"] },
  "postgresql-common": {
    files: [unit("postgresql.service"), unit("postgresql@.service"), unit("pg-backup.timer")],
    enables: ["postgresql.service", "postgresql@15-main.service", "pg-backup.timer"],
  },
  "redis-server": {
    files: [unit("redis-server.service"), unit("redis.socket"), unit("redis.path")],
    enables: ["redis-server.service", "redis.socket", "redis.path"],
  },
  "docker-registry": { files: ["/etc/init.d/registry"], script: "registry" },
  "user-docker": { files: [unit("docker.service")], enables: ["docker.service"] },
};

const fromDebian = ["apt-daily.timer", "ssh.service"];

let root: string;
let installed: Set<string>;
let enabled: Set<string>;
let calls: string[];
/** What a command does before it does its work, e.g. fail. */
let before: Readonly<Record<string, () => void>>;
let policyWhileInstalling: string | undefined;

const path = (name: string): string => join(root, name);
const policyFile = (): string => path("usr/sbin/policy-rc.d");
const links = (): readonly string[] => readdirSync(path("etc/rc2.d")).sort();

function plan(wanted: readonly string[]): readonly string[] {
  const all = wanted.flatMap((name) => [...plan(archive[name]?.needs ?? []), name]);
  return [...new Set(all)].filter((name) => !installed.has(name));
}

function unpack(name: string): void {
  installed.add(name);
  for (const each of archive[name]?.enables ?? []) enabled.add(each);
  const script = archive[name]?.script;
  if (script !== undefined) writeFileSync(path(`etc/rc2.d/S01${script}`), "");
}

const programs: Readonly<Record<string, (args: readonly string[]) => string>> = {
  "dpkg-query": ([option, ...rest]) =>
    option === "-W"
      ? [...installed].map((name) => `ii  ${name}\n`).join("") + "rc  gone\nhi  held\niU  half\n"
      : rest.flatMap((name) => archive[name]?.files ?? []).join("\n"),
  "apt-get": (args) => {
    if (args[0] === "update") return "";
    const wanted = plan(args.filter((word) => word in archive));
    if (args[0] === "-s") return wanted.map((name) => `Inst ${name} (1 Debian:12 [all])\n`).join("");
    policyWhileInstalling = readFileSync(policyFile(), "utf8");
    wanted.forEach(unpack);
    before["after install"]?.();
    return "";
  },
  dpkg: () => "",
  systemctl: ([verb, ...rest]) => {
    if (verb === "list-unit-files") return [...enabled].map((name) => `${name} enabled enabled\n`).join("");
    for (const name of rest) enabled.delete(name);
    return "";
  },
  "update-rc.d": ([name]) => {
    rmSync(path(`etc/rc2.d/S01${name ?? ""}`));
    return "";
  },
};

const site = (): InstallSite => ({
  root,
  record: path("cache/debian-install.json"),
  run: async (command, args) => {
    calls.push([command, ...args].join(" "));
    before[command]?.();
    return programs[command]?.(args) ?? "";
  },
});

const install = (...wanted: readonly string[]): Promise<void> =>
  installPackages(wanted, () => undefined, site());
/** Ends the process's work as a kill does: nothing that was to follow happens. */
const killed = (): never => {
  throw new Error("killed");
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "debian-"));
  for (const folder of ["usr/sbin", "etc/rc2.d", "run/systemd/system"])
    mkdirSync(path(folder), { recursive: true });
  installed = new Set();
  enabled = new Set(fromDebian);
  calls = [];
  before = {};
  policyWhileInstalling = undefined;
});
afterEach(() => rmSync(root, { recursive: true }));

describe("installPackages", () => {
  it("disables every unit that is new: of dependencies, timers, sockets, paths, instances and init scripts", async () => {
    writeFileSync(path("etc/rc2.d/S01cron"), "");
    await install("nginx-light", "postgresql-15", "redis-server", "docker-registry");
    expect([...enabled]).toEqual(fromDebian);
    expect(links()).toEqual(["S01cron"]);
    expect(calls.filter((call) => /disable/.test(call))).toEqual([
      "systemctl disable --quiet --now nginx.service postgresql.service postgresql@15-main.service pg-backup.timer redis-server.service redis.socket redis.path",
      "update-rc.d registry disable",
    ]);
  });

  it("stops nothing where systemd does not run", async () => {
    rmSync(path("run"), { recursive: true });
    await install("nginx-light");
    expect(calls.filter((call) => /disable/.test(call))).toEqual(["systemctl disable --quiet nginx.service"]);
  });

  it("does not touch what was enabled before", async () => {
    unpack("nginx-common");
    await install("nginx-light");
    expect([...enabled]).toEqual([...fromDebian, "nginx.service"]);
    expect(calls.filter((call) => /disable/.test(call))).toEqual([]);
  });

  it("asks dpkg alone when nothing is missing; a package held at its version is there", async () => {
    await install("held");
    expect(calls).toEqual(["dpkg-query -W -f ${db:Status-Abbrev} ${Package}\n"]);
  });

  it("lets no service start meanwhile, and leaves neither policy nor record", async () => {
    await install("redis-server");
    expect(policyWhileInstalling).toContain("exit 101");
    expect(existsSync(policyFile())).toBe(false);
    expect(readdirSync(path("cache"))).toEqual(["debian-install.json.lock"]);
    expect(readdirSync(path("etc/postgresql-common/createcluster.d"))).toEqual([]);
  });

  it("keeps a policy-rc.d of the owner's", async () => {
    writeFileSync(policyFile(), "#!/bin/sh\nexit 0\n");
    await install("redis-server");
    expect(readFileSync(policyFile(), "utf8")).toBe("#!/bin/sh\nexit 0\n");
  });

  it("disables what came although apt failed, and keeps the record until an install is whole", async () => {
    before = { "after install": killed };
    await expect(install("nginx-light")).rejects.toThrow("killed");
    expect([...enabled]).toEqual(fromDebian);
    // Whoever configures the packages by hand enables it again.
    enabled.add("nginx.service");
    before = {};
    await install("nginx-light");
    expect([...enabled]).toEqual(fromDebian);
    expect(existsSync(site().record)).toBe(false);
  });

  it("notes what was enabled and what comes before apt brings it, and ends an install that was killed then", async () => {
    let noted = "";
    let policy = "";
    before = {
      "after install": () => {
        noted = readFileSync(site().record, "utf8");
        policy = readFileSync(policyFile(), "utf8");
      },
    };
    await install("nginx-light");
    expect(JSON.parse(noted)).toEqual({
      before: { units: fromDebian, scripts: [] },
      packages: ["nginx-common", "nginx-light"],
    });
    // As a kill right after apt leaves the machine; then its owner installs and enables something else.
    writeFileSync(site().record, noted);
    writeFileSync(policyFile(), policy);
    enabled.add("nginx.service");
    unpack("user-docker");
    writeFileSync(path("etc/rc2.d/S01users-own"), "");
    calls = [];
    await install("nginx-light");
    expect([...enabled]).toEqual([...fromDebian, "docker.service"]);
    expect(links()).toEqual(["S01users-own"]);
    expect(calls.filter((call) => /configure|apt-get|disable/.test(call))).toEqual([
      "dpkg --configure -a",
      "systemctl disable --quiet --now nginx.service",
    ]);
    expect(existsSync(policyFile())).toBe(false);
    expect(existsSync(site().record)).toBe(false);
  });

  it("says which unit would still start when disabling does not help", async () => {
    const real = site();
    const stubborn: InstallSite = {
      ...real,
      run: async (command, args, options) => (args[0] === "disable" ? "" : real.run(command, args, options)),
    };
    await expect(installPackages(["nginx-light"], () => undefined, stubborn)).rejects.toThrow(
      'nginx.service came with a package and would start at the next boot: disabling did not help. Run "systemctl mask nginx.service"',
    );
  });

  it("works on a machine without systemctl", async () => {
    const real = site();
    const bare: InstallSite = {
      ...real,
      run: async (command, args, options) => {
        if (command === "systemctl")
          throw new Error("no", { cause: Object.assign(new Error(), { code: "ENOENT" }) });
        return real.run(command, args, options);
      },
    };
    await installPackages(["docker-registry"], () => undefined, bare);
    expect(links()).toEqual([]);
  });
});

describe("fetchPackageLists", () => {
  const fetch = async (
    policy: string,
    update: () => string = () => "",
  ): Promise<[readonly string[], string]> => {
    const asked: string[] = [];
    let reported = "";
    const run: InstallSite["run"] = async (command, args) => {
      asked.push([command, args[0]].join(" "));
      if (command === "apt-cache") return policy;
      return command === "apt-get" ? update() : "";
    };
    await fetchPackageLists((message) => (reported += `${message}\n`), run);
    return [asked, reported];
  };

  it("asks for the lists when apt has no candidate for something missing", async () => {
    const [asked, reported] = await fetch("");
    expect(asked.at(-1)).toBe("apt-get update");
    expect(reported).toMatch(/^apt has no candidate for buildah, .* yet: apt-get update\n$/);
  });

  it("says why the lists cannot be had, and leaves it to the check to block", async () => {
    const [, reported] = await fetch("", () => {
      throw new Error("apt-get update failed: Temporary failure resolving");
    });
    expect(reported).toContain("apt-get update failed: Temporary failure resolving\n");
  });
});
