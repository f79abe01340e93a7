import { statSync } from "node:fs";
import { join } from "node:path";
import { ImitatedCgroups } from "../host/testing/imitated-cgroups.ts";
import { scope } from "../host/scope.ts";
import { ensurePodCgroup, podCgroup } from "./pod-cgroup.ts";

describe("the pods' cgroup on cgroup v2", () => {
  const { mark } = scope();
  const levels = ["", mark, `${mark}/node-a`];
  let machine: ImitatedCgroups;
  let warnings: string[];
  beforeEach(() => {
    warnings = [];
  });
  afterEach(() => {
    machine.clear();
  });
  const ensure = (): void => ensurePodCgroup("node-a", (line) => void warnings.push(line), machine);

  it.each(["cpuset cpu io memory hugetlb pids rdma misc dmem", "cpu memory", "cpuset cpu memory pids next"])(
    "gets every controller that the root has: %s",
    (controllers) => {
      machine = new ImitatedCgroups(controllers);
      ensure();
      for (const level of levels) expect(machine.on(level).join(" ")).toBe(controllers);
      expect(statSync(join(machine.root, podCgroup("node-a"))).isDirectory()).toBe(true);
      // The kubelet divides its own root.
      expect(machine.on(podCgroup("node-a"))).toEqual([]);
      expect(warnings).toEqual([]);
    },
  );

  it("asks the kernel only for what is not on, and for nothing a second time", () => {
    machine = new ImitatedCgroups("cpu memory hugetlb", "memory cpu");
    ensure();
    expect(machine.written.filter((line) => line.startsWith("/ "))).toEqual(["/ +hugetlb"]);
    const asked = machine.written.length;
    ensure();
    expect(machine.written).toHaveLength(asked);
  });

  it.each(["/", mark])("fails when the kernel refuses one that the kubelet needs, at %s", (place) => {
    machine = new ImitatedCgroups("cpu hugetlb pids");
    machine.refused = [`${place} +hugetlb`];
    expect(ensure).toThrow(
      `the kernel does not hand the cgroup controller "hugetlb" down from ${join(machine.root, place).replace(/\/$/, "")}: ` +
        "EBUSY: resource busy or locked, write; the kubelet needs it",
    );
  });

  it("goes on without one that the kubelet does not need, and says so once", () => {
    machine = new ImitatedCgroups("cpu rdma pids");
    machine.refused = ["/ +rdma"];
    ensure();
    expect(machine.on(`${mark}/node-a`)).toEqual(["cpu", "pids"]);
    expect(warnings).toEqual([
      `the kernel does not hand the cgroup controller "rdma" down from ${machine.root}: EBUSY: resource busy or locked, write`,
    ]);
  });
});
