import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClusterDriver } from "./driver.ts";
import { account, cluster } from "./testing.ts";
import type { Machine } from "../machine.ts";

describe("createClusterDriver", () => {
  let state: string;
  const before = { ...process.env };
  const progress = jest.fn();

  /** Any use of it is an error: a refusal comes before anything is touched. */
  const untouchable = new Proxy({} as Machine, {
    get(_, name) {
      throw new Error(`the machine's ${String(name)} was used`);
    },
  });

  beforeEach(() => {
    state = mkdtempSync(join(tmpdir(), "cluster-driver-"));
    process.env["TWINSTACK_STATE"] = state;
    process.env["TWINSTACK_RUN"] = join(state, "run");
  });
  afterEach(() => {
    process.env = { ...before };
    rmSync(state, { recursive: true });
  });

  const driver = createClusterDriver({
    machine: untouchable,
    account: account(["a", "b", "c"]),
    log: () => undefined,
  });

  it("runs EKS clusters", () => {
    expect(driver.types).toEqual(["aws:eks/cluster:Cluster"]);
  });

  it.each(["create", "adopt"] as const)(
    "%s refuses another version before anything is touched",
    async (method) => {
      await expect(driver[method](cluster({ version: "1.35" }), progress)).rejects.toThrow(
        'version: unsupported Kubernetes version "1.35": this machine runs 1.34.9; write "1.34"',
      );
      expect(readdirSync(state)).toEqual([]);
    },
  );

  it("update refuses a version it cannot run", async () => {
    const [from, to] = [cluster({ version: "1.34" }), cluster({ version: "1.35" })];
    await expect(driver.update(to, from, progress)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  });

  it("refuses a second cluster, and its deletion leaves the first alone", async () => {
    mkdirSync(join(state, "cluster-main"));
    await expect(driver.create(cluster({}, "other"), progress)).rejects.toMatchObject({
      code: "ResourceLimitExceededException",
      message: 'name: this machine runs one cluster, and "main" is there; delete it before "other" is made',
    });
    await driver.delete(cluster({}, "other"), progress);
    expect(existsSync(join(state, "cluster-main"))).toBe(true);
  });

  it("gives access to no server that it does not run", () => {
    expect(driver.access("https://10.42.0.4")).toBeUndefined();
    expect(driver.access("not a url")).toBeUndefined();
  });

  it("is present while its control plane is; a node that is gone is for the region to replace", async () => {
    const asked: string[] = [];
    let answer = true;
    const present = async (name: string): Promise<boolean> => {
      asked.push(name);
      return answer;
    };
    const machine = { hosts: { present } } as unknown as Machine;
    const driver = createClusterDriver({ machine, account: account(["a", "b", "c"]), log: () => undefined });
    await expect(driver.present(cluster({}))).resolves.toBe(true);
    answer = false;
    await expect(driver.present(cluster({}))).resolves.toBe(false);
    expect(asked).toEqual(["eks-control", "eks-control"]);
  });
});
