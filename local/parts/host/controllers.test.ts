import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { handDown, machineHierarchy, takeBack } from "./controllers.ts";
import { ImitatedCgroups } from "./testing/imitated-cgroups.ts";

describe("what is turned on in the root of cgroup v2", () => {
  let machine: ImitatedCgroups;
  afterEach(() => {
    machine.clear();
  });

  /** As after a teardown: our own cgroup is gone. */
  function comeAndGo(mark = "twinstack"): void {
    handDown(`/${mark}/node-a/pods`, machine);
    machine.remove(join(machine.root, mark));
  }

  it("goes again with the last cgroup of ours, and what was on before stays on", () => {
    machine = new ImitatedCgroups("cpuset cpu io memory hugetlb pids", "cpu memory pids");
    comeAndGo();
    expect(machine.on("")).toEqual(["cpu", "memory", "pids", "cpuset", "io", "hugetlb"]);
    expect(takeBack(machine)).toEqual([]);
    expect(machine.on("")).toEqual(["cpu", "memory", "pids"]);
    expect(existsSync(machine.record)).toBe(false);
    const written = machine.written.length;
    expect(takeBack(machine)).toEqual([]);
    expect(machine.written).toHaveLength(written);
  });

  it("is remembered from before a crash between two hand-downs", () => {
    machine = new ImitatedCgroups("cpu memory hugetlb", "cpu");
    handDown("/twinstack/node-a/pods", machine);
    comeAndGo();
    takeBack(machine);
    expect(machine.on("")).toEqual(["cpu"]);
  });

  it("stays while another scope of ours is there, which takes it away at its end", () => {
    machine = new ImitatedCgroups("cpu hugetlb", "cpu");
    handDown("/twinstack-t1/node-a/pods", machine);
    comeAndGo();
    expect(takeBack(machine)).toEqual([]);
    expect(machine.on("")).toEqual(["cpu", "hugetlb"]);
    machine.remove(join(machine.root, "twinstack-t1"));
    takeBack(machine);
    expect(machine.on("")).toEqual(["cpu"]);
  });

  it("stays, and is said, where a cgroup of somebody else hands it on or has a limit of it", () => {
    machine = new ImitatedCgroups("cpu memory hugetlb pids", "cpu");
    for (const name of ["system.slice", "user.slice"]) machine.make(join(machine.root, name));
    comeAndGo();
    machine.write(join(machine.root, "system.slice/cgroup.subtree_control"), "+memory");
    writeFileSync(join(machine.root, "user.slice/hugetlb.max"), "4096\n");
    const kept = takeBack(machine);
    expect(kept).toEqual([
      { controller: "memory", folder: machine.root, reason: `${machine.root}/system.slice hands it on` },
      {
        controller: "hugetlb",
        folder: machine.root,
        reason: `${machine.root}/user.slice/hugetlb.max is set`,
      },
    ]);
    expect(machine.on("")).toEqual(["cpu", "memory", "hugetlb"]);
    expect(existsSync(join(machine.root, "twinstack-fresh"))).toBe(false);
  });

  it("stays, and is said, where the kernel refuses", () => {
    machine = new ImitatedCgroups("cpu hugetlb pids", "cpu");
    comeAndGo();
    machine.refused = ["/ -hugetlb"];
    const reason = "EBUSY: resource busy or locked, write";
    expect(takeBack(machine)).toEqual([{ controller: "hugetlb", folder: machine.root, reason }]);
    expect(machine.on("")).toEqual(["cpu", "hugetlb"]);
  });

  it("is nobody's business after another boot", () => {
    machine = new ImitatedCgroups("cpu hugetlb", "cpu");
    comeAndGo();
    const record = JSON.parse(readFileSync(machine.record, "utf8")) as object;
    writeFileSync(machine.record, JSON.stringify({ ...record, boot: "another" }));
    expect(takeBack(machine)).toEqual([]);
    expect(machine.on("")).toEqual(["cpu", "hugetlb"]);
    expect(existsSync(machine.record)).toBe(false);
  });
});

describe("the kernel's own cgroup v2", () => {
  const mounted = mkdtempSync(join(tmpdir(), "twinstack-cgroup2-"));
  execFileSync("mount", ["-t", "cgroup2", "none", mounted]);
  const words = (name: string): readonly string[] =>
    readFileSync(join(mounted, name), "utf8").split(/\s+/).filter(Boolean);
  const before = words("cgroup.subtree_control");
  afterAll(() => {
    execFileSync("umount", [mounted]);
    rmdirSync(mounted);
  });

  // Where a controller is v1's or on already there is nothing to turn on: Jest shows it as skipped.
  const idle = words("cgroup.controllers").filter((name) => !before.includes(name));
  (idle.length === 0 ? it.skip : it)("takes what is handed down, and has it back", () => {
    const kernel = { ...machineHierarchy, root: mounted, record: `${mounted}.json` };
    const other = join(mounted, "somebody-else");
    mkdirSync(other);
    try {
      expect(handDown("/twinstack-zz/node-a/pods", kernel)).toEqual([]);
      expect(words("twinstack-zz/node-a/pods/cgroup.controllers")).toEqual(words("cgroup.controllers"));
      for (const name of ["twinstack-zz/node-a/pods", "twinstack-zz/node-a", "twinstack-zz"]) {
        rmdirSync(join(mounted, name));
      }
      expect(takeBack(kernel)).toEqual([]);
      expect(words("cgroup.subtree_control")).toEqual(before);
    } finally {
      rmdirSync(other);
    }
  });
});
