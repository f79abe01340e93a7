import { mkdirSync, mkdtempSync, readFileSync, rmSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { ensurePodCgroup, podCgroup } from "./pod-cgroup.ts";
import { scope } from "../host/scope.ts";

const folder = mkdtempSync(join(tmpdir(), "twinstack-cgroup-v2-"));
afterAll(() => {
  rmdirSync(folder);
});

const words = (file: string): readonly string[] => readFileSync(file, "utf8").split(/\s+/).filter(Boolean);

describe("the pods' cgroup on a folder that imitates a cgroup v2 root", () => {
  const root = join(folder, "imitation");
  const levels = ["", scope().mark, `${scope().mark}/node-a`];
  const control = (level: string): string => join(root, level, "cgroup.subtree_control");
  let warnings: string[];
  let lines: string[];
  beforeEach(() => {
    [warnings, lines] = [[], []];
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  /** The root has `controllers`, and `on` are handed down from it already. */
  function machineWith(controllers: string, on = ""): void {
    for (const level of levels) {
      mkdirSync(join(root, level), { recursive: true });
      writeFileSync(control(level), "\n");
    }
    writeFileSync(join(root, "cgroup.controllers"), `${controllers}\n`);
    writeFileSync(control(""), `${on}\n`);
  }

  /** As the kernel, which hands on only what comes from above, and refuses `refused` besides. */
  function ensure(refused?: string): void {
    const write = (file: string, line: string): void => {
      const level = relative(root, dirname(file));
      lines.push(`${level || "/"} ${line}`);
      if (line === refused) throw new Error("EBUSY: resource busy or locked, write");
      const above =
        level === ""
          ? join(root, "cgroup.controllers")
          : join(root, dirname(level), "cgroup.subtree_control");
      if (!words(above).includes(line.slice(1))) throw new Error("ENOENT: no such file or directory, write");
      writeFileSync(file, `${[...words(file), line.slice(1)].join(" ")}\n`);
    };
    ensurePodCgroup("node-a", (line) => void warnings.push(line), root, write);
  }

  it.each(["cpuset cpu io memory hugetlb pids rdma misc dmem", "cpu memory", "cpuset cpu memory pids next"])(
    "gets every controller that the root has: %s",
    (controllers) => {
      machineWith(controllers);
      ensure();
      for (const level of levels) expect(words(control(level)).join(" ")).toBe(controllers);
      expect(statSync(join(root, podCgroup("node-a"))).isDirectory()).toBe(true);
      expect(warnings).toEqual([]);
    },
  );

  it("asks the kernel only for what is not on, and for nothing a second time", () => {
    machineWith("cpu memory hugetlb", "memory cpu");
    ensure();
    expect(lines.filter((line) => line.startsWith("/ "))).toEqual(["/ +hugetlb"]);
    lines = [];
    ensure();
    expect(lines).toEqual([]);
  });

  it("fails when the kernel refuses one that the kubelet needs, with the controller, the place and the reason", () => {
    machineWith("cpu hugetlb pids");
    expect(() => ensure("+hugetlb")).toThrow(
      `the kernel does not hand the cgroup controller "hugetlb" down from ${root}: EBUSY: resource busy or locked, ` +
        "write; the kubelet needs it",
    );
  });

  it("goes on without one that the kubelet does not need, and says so once", () => {
    machineWith("cpu rdma pids");
    ensure("+rdma");
    expect(words(control(`${scope().mark}/node-a`))).toEqual(["cpu", "pids"]);
    expect(warnings).toEqual([
      `the kernel does not hand the cgroup controller "rdma" down from ${root}: EBUSY: resource busy or locked, write`,
    ]);
  });
});
