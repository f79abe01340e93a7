import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Resolver } from "node:dns/promises";
import { join } from "node:path";
import { isAlive, identify } from "../parts/host/process-identity.ts";
import { tracesOf } from "../parts/host/testing/observe.ts";
import { until } from "../parts/host/until.ts";
import { callRegion } from "./client.ts";
import { ensureRegion } from "./start.ts";
import { SandboxedRegion } from "./testing/sandboxed-region.ts";
import type { Sandbox } from "../parts/host/testing/sandbox.ts";
import type { RegionStatus, StoredResource } from "./protocol.ts";

const VPC = "aws:ec2/vpc:Vpc";

/** The real daemon with real parts, in a scope of its own. */
describe("region", () => {
  let region: SandboxedRegion;
  let sandbox: Sandbox;
  const start = (parts?: boolean): Promise<RegionStatus> => region.start(parts);

  beforeEach(() => {
    region = new SandboxedRegion();
    sandbox = region.sandbox;
  });
  afterEach(async () => {
    await region.clear();
    expect(tracesOf(sandbox)).toEqual([]);
  });

  async function end(signal: NodeJS.Signals): Promise<void> {
    const { pid } = await callRegion("status", {});
    process.kill(pid, signal);
    await until("the region to end", 30_000, () => identify(pid) === undefined);
  }
  const createVpc = (): Promise<StoredResource> =>
    callRegion("aws/create", { urn: "u:vpc", type: VPC, inputs: { cidrBlock: sandbox.vpcCidr } });
  const bridge = (vpc: StoredResource): string => `${sandbox.scope.prefix}-vpc-${vpc.id.slice(-7)}`;

  it("starts once, however often it is asked for", async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect(second.pid).toBe(first.pid);
    expect(first).toMatchObject({
      account: "000000000000",
      region: "eu-central-1",
      parts: true,
      resources: 0,
    });
    await expect(ensureRegion({ parts: false })).rejects.toMatchObject({ code: "RegionMismatch" });
  });

  it("runs a VPC's parts through kill -9, SIGTERM and a reboot's empty run folder, and shutdown leaves nothing", async () => {
    await start();
    const vpc = await createVpc();
    const resolver = (await callRegion("status", {})).hosts[0]?.processes[0];
    expect(resolver).toMatchObject({ running: true, restarts: 0 });
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      await end(signal);
      const identity = identify(resolver?.pid ?? 0);
      expect(identity && isAlive(identity)).toBe(true);
      await start();
      expect(await createVpc()).toEqual(vpc);
      expect((await callRegion("status", {})).hosts[0]?.processes[0]?.pid).toBe(resolver?.pid);
    }

    await end("SIGKILL");
    for (const command of [
      ["kill", "-9", String(resolver?.pid)],
      ["ip", "netns", "delete", `${sandbox.scope.prefix}-dns-${vpc.id.slice(-8)}`],
      ["ip", "link", "delete", bridge(vpc)],
      ["rm", "-r", sandbox.runDir],
    ]) {
      execFileSync(command[0] ?? "", command.slice(1));
    }
    await start();
    expect(await callRegion("aws/read", vpc)).toEqual(vpc);
    const dns = new Resolver({ timeout: 500, tries: 4 });
    dns.setServers([sandbox.address("0.2")]);
    expect(await dns.resolveNs(".")).toEqual(["ns"]);

    const { pid } = await callRegion("status", {});
    expect(await callRegion("shutdown", {})).toBeNull();
    await until("the region to end", 30_000, () => identify(pid) === undefined);
    expect(tracesOf(sandbox)).toEqual([]);
    expect([sandbox.stateDir, sandbox.runDir].filter(existsSync)).toEqual([]);
  });

  it("finishes a create that was killed half way, under the same id", async () => {
    await start();
    const cut = createVpc().then(
      () => "answered",
      (error: unknown) => (error as { code: string }).code,
    );
    const record = join(sandbox.stateDir, "resources", "000001.json");
    await until("the record", 30_000, () => existsSync(record));
    const { state, resource } = JSON.parse(readFileSync(record, "utf8")) as {
      state: string;
      resource: StoredResource;
    };
    await end("SIGKILL");
    expect([state, await cut]).toEqual(["creating", "RegionDied"]);
    await start();
    expect(await callRegion("aws/read", resource)).toBeNull();
    expect(await createVpc()).toEqual({ ...resource, outputs: resource.outputs });
    expect(tracesOf(sandbox).filter((trace) => trace.includes("-vpc-") && trace.startsWith("link"))).toEqual([
      `link ${bridge(resource)}`,
    ]);
  });

  it("makes nothing more once it shuts down, also for a create that is under way", async () => {
    await start();
    const cut = createVpc().then(
      () => "answered",
      () => "refused",
    );
    await until("the record", 30_000, () => existsSync(join(sandbox.stateDir, "resources", "000001.json")));
    const { pid } = await callRegion("status", {});
    await callRegion("shutdown", {});
    await cut;
    await until("the region to end", 30_000, () => identify(pid) === undefined);
    expect(tracesOf(sandbox)).toEqual([]);
    expect([sandbox.stateDir, sandbox.runDir].filter(existsSync)).toEqual([]);
  });

  it("stops the parts of a dead holder with other folders, and leaves its data", async () => {
    await start();
    await createVpc();
    await end("SIGKILL");
    expect(tracesOf(sandbox)).not.toEqual([]);
    process.env["TWINSTACK_STATE"] = `${sandbox.stateDir}-2`;
    process.env["TWINSTACK_RUN"] = `${sandbox.runDir}-2`;
    expect((await start()).resources).toBe(0);
    expect(tracesOf(sandbox)).toEqual([]);
    expect(existsSync(join(sandbox.stateDir, "resources", "000001.json"))).toBe(true);
    await callRegion("shutdown", {});
  });

  it("stops the parts of a dead region whose record was removed by hand", async () => {
    await start();
    await createVpc();
    await end("SIGKILL");
    for (const folder of [sandbox.stateDir, sandbox.runDir]) rmSync(folder, { recursive: true });
    expect(tracesOf(sandbox)).not.toEqual([]);
    expect((await start()).resources).toBe(0);
    expect(tracesOf(sandbox)).toEqual([]);
    // The range is free again.
    await createVpc();
    await callRegion("shutdown", {});
  });

  it("repairs what crashed, and calls drift what an administrator removed", async () => {
    await start();
    const vpc = await createVpc();
    const before = (await callRegion("status", {})).hosts[0]?.processes[0]?.pid ?? 0;
    process.kill(before, "SIGKILL");
    expect(await callRegion("aws/read", vpc)).toEqual(vpc);
    await until("the repair", 30_000, async () => {
      const now = (await callRegion("status", {})).hosts[0]?.processes[0];
      return now?.running === true && now.pid !== before;
    });
    execFileSync("ip", ["link", "delete", bridge(vpc)]);
    expect(await callRegion("aws/read", vpc)).toBeNull();
  });

  it("refuses a range the machine needs, and makes nothing", async () => {
    await start();
    const { address = "" } =
      (
        JSON.parse(execFileSync("ip", ["-json", "-4", "address"], { encoding: "utf8" })) as {
          addr_info: { local: string; scope: string }[];
        }[]
      )
        .flatMap((link) => link.addr_info)
        .filter((info) => info.scope === "global")
        .map((info) => ({ address: info.local }))[0] ?? {};
    const cidrBlock = `${address.split(".").slice(0, 2).join(".")}.0.0/16`;
    await expect(
      callRegion("aws/create", { urn: "u:vpc", type: VPC, inputs: { cidrBlock } }),
    ).rejects.toThrow(
      /^cidrBlock: ".*" overlaps .*, which this machine needs; set the VPC's range to another one, e\.g\. /,
    );
    expect(await callRegion("status", {})).toMatchObject({ resources: 0, hosts: [] });
    expect(tracesOf(sandbox)).toEqual([]);
  });

  it("shows the end of its log when it cannot start", async () => {
    mkdirSync(join(sandbox.stateDir, "resources"), { recursive: true });
    writeFileSync(join(sandbox.stateDir, "resources", "000001.json"), "{");
    await expect(ensureRegion({ parts: false })).rejects.toThrow(
      /the region ended at once:\n[^]*000001\.json is damaged/,
    );
  });

  it("does not take a folder that is somebody else's", async () => {
    mkdirSync(sandbox.stateDir, { recursive: true });
    writeFileSync(join(sandbox.stateDir, "thesis.tex"), "");
    await expect(ensureRegion({ parts: false })).rejects.toThrow(
      `TWINSTACK_STATE: "${sandbox.stateDir}" holds thesis.tex, which is not ours`,
    );
    expect(existsSync(join(sandbox.stateDir, ".twinstack"))).toBe(false);
  });

  it("records without parts, and gives the record up on shutdown", async () => {
    await start(false);
    const vpc = await createVpc();
    await end("SIGKILL");
    await start(false);
    expect(await callRegion("aws/read", vpc)).toEqual(vpc);
    expect(tracesOf(sandbox)).toEqual([]);
    await callRegion("shutdown", {});
    expect([sandbox.stateDir, sandbox.runDir].filter(existsSync)).toEqual([]);
  });
});
