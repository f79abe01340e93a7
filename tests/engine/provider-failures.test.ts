import { existsSync } from "node:fs";
import { until, type EngineStack } from "./harness.ts";
import { clearJournal, journal, newProbeStack, probeProgram, release } from "./harness/probe/stack.ts";

const SLOW = `new Thing("slow", { value: "one", slow: true });`;

const waiting = (stack: EngineStack) =>
  until("the slow create began", async () => journal(stack, "waiting")[0], 30);

const ended = (pid: number) => until(`process ${pid} ended`, async () => !existsSync(`/proc/${pid}`), 10);

async function names(stack: EngineStack): Promise<readonly string[]> {
  const { deployment } = await stack.exportState();
  return (deployment.resources ?? [])
    .filter(({ type }) => type === "probe:index:Thing")
    .map(({ urn }) => urn.slice(urn.lastIndexOf("::") + 2));
}

describe("failures of a provider under the real engine", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newProbeStack(`new Thing("a", { reject: "write a number" });`);
  });
  afterAll(() => stack.dispose());

  it("reports a bad input by its path, and makes nothing", async () => {
    const up = await stack.up();
    expect(up.code).not.toBe(0);
    expect(up.errors).toContain("value[0].x");
    expect(up.errors).toContain("write a number");
    expect(await names(stack)).toEqual([]);
    expect(journal(stack, "create")).toEqual([]);
  });

  it.each([
    ["a refusal", "fail"],
    ["a defect of the provider", "crash"],
  ])("reports %s, keeps what else was made, and can go on", async (_what, kind) => {
    await stack.setProgram(
      probeProgram(`
        const good = new Thing("good", { value: 1 });
        new Thing("bad", { value: 2, ${kind}: "NoSuchPart: there is none" }, { dependsOn: good });`),
    );
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain("NoSuchPart: there is none");
    expect(failed.operations.find(({ name }) => name === "bad")).toMatchObject({
      op: "create",
      failed: true,
    });
    expect(await names(stack)).toEqual(["good"]);
    expect((await stack.exportState()).deployment.pending_operations).toBeUndefined();

    await stack.setProgram(probeProgram(`new Thing("good", { value: 1 }); new Thing("bad", { value: 2 });`));
    const repaired = await stack.up();
    expect(repaired).toMatchObject({ code: 0, changes: ["create bad"] });
    expect(repaired.stdout + repaired.stderr).not.toMatch(/pending operations|corrupt|exited prematurely/);
    await stack.destroy();
  });

  it("keeps what got halfway, with the reason, and updates it next time", async () => {
    await stack.setProgram(probeProgram(`new Thing("half", { value: 1, partial: "not ready: no answer" });`));
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain("not ready: no answer");
    const kept = await stack.resource("half");
    expect(kept).toMatchObject({ initErrors: ["not ready: no answer"], outputs: { computed: "made half" } });
    expect(kept.outputs?.["token"]).toHaveProperty("ciphertext");

    await stack.setProgram(probeProgram(`new Thing("half", { value: 1 });`));
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["update half"] });
    expect(await stack.resource("half")).toMatchObject({ id: kept.id });
    expect(await stack.resource("half")).not.toHaveProperty("initErrors");
    await stack.destroy();
  });

  it("cancels on Ctrl-C: the provider stops waiting, the state is whole", async () => {
    await stack.setProgram(probeProgram(SLOW));
    await clearJournal(stack, true);
    const running = stack.start("up");
    const { pid } = await waiting(stack);
    running.kill("SIGINT");
    const result = await running.result;
    expect(result.code).not.toBe(0);
    expect(journal(stack).map(({ method }) => method)).toEqual(expect.arrayContaining(["cancel", "aborted"]));
    expect(result.stdout + result.stderr).not.toContain("exited prematurely");
    await ended(pid);
    expect(await names(stack)).toEqual([]);
    expect((await stack.exportState()).deployment.pending_operations).toBeUndefined();
  });

  it("shows progress beside the resource", async () => {
    await clearJournal(stack);
    const running = stack.start("up");
    await waiting(stack);
    await release(stack);
    const up = await running.result;
    expect(up).toMatchObject({ code: 0, changes: ["create slow"] });
    expect(up.diagnostics).toContainEqual({
      severity: "info",
      message: "waiting for the test",
      urn: expect.stringContaining("::slow") as string,
      ephemeral: true,
    });
    await stack.destroy();
  });

  it("survives a SIGINT of its own while the engine works, as a terminal's Ctrl-C to the group", async () => {
    await clearJournal(stack, true);
    const running = stack.start("up");
    const { pid } = await waiting(stack);
    process.kill(pid, "SIGINT");
    await release(stack);
    expect(await running.result).toMatchObject({ code: 0, changes: ["create slow"] });
    await ended(pid);
    await stack.destroy();
  });

  it("ends with a killed CLI, and makes the same thing again without a second one", async () => {
    await clearJournal(stack, true);
    const running = stack.start("up");
    const { pid } = await waiting(stack);
    running.kill("SIGKILL");
    await running.result;
    await ended(pid);
    expect(journal(stack).map(({ method }) => method)).toContain("aborted");

    // The engine recorded that the create was under way; it is for `cancel` to take the lock away.
    await stack.pulumi(["cancel", "--yes"]);
    await release(stack);
    const again = await stack.up();
    expect(again).toMatchObject({ code: 0, changes: ["create slow"] });
    expect(await stack.resource("slow")).toMatchObject({ id: `thing-${pid}` });
    await stack.destroy();
  });

  it("reports a provider that was killed in the middle of a create", async () => {
    await clearJournal(stack, true);
    const running = stack.start("up");
    const { pid } = await waiting(stack);
    process.kill(pid, "SIGKILL");
    const killed = await running.result;
    expect(killed.code).not.toBe(0);
    expect(killed.operations.find(({ name }) => name === "slow")).toMatchObject({
      op: "create",
      failed: true,
    });
    await release(stack);
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["create slow"] });
    expect(await stack.resource("slow")).toMatchObject({ id: `thing-${pid}` });
    await stack.destroy();
  });

  it("takes values larger than gRPC's default limit", async () => {
    await stack.setProgram(probeProgram(`new Thing("large", { value: "x".repeat(6 * 1024 * 1024) });`));
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["create large"] });
    expect(await stack.destroy()).toMatchObject({ code: 0 });
  });

  it("names a type that a provider does not have, in the preview", async () => {
    await stack.setProgram(`
      import * as pulumi from "@pulumi/pulumi";
      new pulumi.CustomResource("random:index/randomDice:RandomDice", "dice", {});`);
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.errors).toContain("random:index/randomDice:RandomDice is not modelled locally; there is ");
  });
});
