import { checkCgroups, checkPlatform, checkRoot } from "./machine-checks.ts";
import { checkGo, checkTools } from "./tool-checks.ts";

describe("machine checks", () => {
  it("blocks a user who is not root", () => {
    expect(checkRoot(1000)).toEqual({
      name: "root",
      state: "blocks",
      found: "running as uid 1000",
      fix: "run it as root: it makes network namespaces and mounts",
    });
    expect(checkRoot(0).state).toBe("ok");
  });

  it("blocks another processor", () => {
    expect(checkPlatform("linux", "arm64").state).toBe("blocks");
    expect(checkPlatform("linux", "x64").state).toBe("ok");
  });

  it("names the cgroup controllers that are missing, v1 and v2", () => {
    const line = (name: string, hierarchy = 1, enabled = 1): string => `${name}\t${hierarchy}\t1\t${enabled}`;
    const all = ["cpu", "cpuacct", "cpuset", "memory", "pids", "freezer", "devices"];
    expect(checkCgroups(all.map((name) => line(name)).join("\n"), undefined).state).toBe("ok");
    const broken = all
      .map((name) => line(name, name === "pids" ? 0 : 1, name === "memory" ? 0 : 1))
      .join("\n");
    expect(checkCgroups(broken, undefined)).toMatchObject({
      state: "blocks",
      found: "v1 without memory, pids",
    });
    expect(checkCgroups("", "cpuset cpu io memory pids\n").state).toBe("ok");
    expect(checkCgroups("", "cpu pids\n")).toMatchObject({
      state: "blocks",
      found: "v2 without cpuset, memory",
    });
  });
});

describe("tool checks", () => {
  it("lists what is missing, which blocks nothing", () => {
    expect(checkTools([{ name: "kubelet", version: "1.34.9" }])).toMatchObject({
      state: "missing",
      found: "not in the cache: kubelet 1.34.9",
    });
  });

  it("needs Go only while tools are missing", () => {
    expect(checkGo("go version go1.19.8 linux/amd64", true)).toMatchObject({ state: "ok", found: "1.19" });
    expect(checkGo("go version go1.15.15 linux/amd64", true)).toMatchObject({
      state: "blocks",
      found: "1.15; it builds the tools that cannot be downloaded",
    });
    expect(checkGo(undefined, true).state).toBe("blocks");
    expect(checkGo(undefined, false).state).toBe("ok");
    expect(checkGo("go version go1.26.8 linux/amd64", true)).toMatchObject({ state: "ok", found: "1.26" });
  });
});
