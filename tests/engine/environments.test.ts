import { askRegion } from "./aws-fixture/stack.ts";
import { expectRecorded, resourceList } from "./environments/recorded-list.ts";
import { newPlatform, OVERRIDE, recordedInClear, shippedConfig } from "./environments/stack.ts";
import type { EngineStack } from "./harness.ts";

// The region here has no API server behind the cluster, so each of these commands fails if it asks one.
describe.each(["staging", "prod"])("%s as it is shipped, with the account overridden", (environment) => {
  let stack: EngineStack;
  beforeAll(async () => {
    stack = await newPlatform(environment, { ...(await shippedConfig(environment)), ...OVERRIDE });
  });
  afterAll(() => stack.dispose());

  it("comes up with the recorded resources", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const list = await resourceList(stack);
    expectRecorded(environment, list);
    expect(list.filter((each) => each.includes("kubernetes"))).toEqual([]);
  });

  it("changes nothing in a second up, nor in a refresh", async () => {
    const before = await recordedInClear(stack);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
    expect(await stack.refresh(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "" });
    expect(await recordedInClear(stack)).toEqual(before);
  });

  if (environment === "prod") protectedUntilTakenBack(() => stack);

  it("would delete all of it, says the preview, and leaves it", async () => {
    const list = await resourceList(stack);
    const preview = await stack.destroy(["--preview-only"]);
    expect(preview).toMatchObject({ code: 0, errors: "" });
    expect(preview.changes).toEqual(deletionsOf(list));
    expect(await resourceList(stack)).toEqual(list);
  });

  it("is destroyed, and leaves no record", async () => {
    const list = await resourceList(stack);
    const destroy = await stack.destroy();
    expect(destroy).toMatchObject({ code: 0, errors: "" });
    expect(destroy.changes).toEqual(deletionsOf(list));
    expect(await resourceList(stack)).toEqual([]);
    expect((await askRegion(stack, "status", {})).resources).toBe(0);
  });
});

/** The middle of prod's tests: it is up before them, and may be destroyed after them. */
function protectedUntilTakenBack(prod: () => EngineStack): void {
  it("is not destroyed: the command names what is protected and stops before anything is touched", async () => {
    const before = await recordedInClear(prod());
    const { resources } = await askRegion(prod(), "status", {});
    // With its preview, as a person runs it: it is the preview that refuses.
    const refused = await prod().pulumi(["destroy", "--yes"]);
    expect(refused.code).not.toBe(0);
    // What nothing else is built on. The VPC and the keys are not reached.
    const named = [
      ...refused.stdout.matchAll(/error: Preview failed: resource ".*::([\w-]+)" cannot be deleted/g),
    ];
    expect(new Set(named.map(([, name]) => name))).toEqual(
      new Set([
        "cache-cache",
        "cache-queue",
        "cdn",
        "cluster",
        "database-primary",
        "guard-registry",
        "keys-alerts",
        "registry",
      ]),
    );
    expect(refused.stdout).toContain("because it is protected");
    expect(await recordedInClear(prod())).toEqual(before);
    expect((await askRegion(prod(), "status", {})).resources).toBe(resources);
  });

  it("is unprotected, in Pulumi and in AWS, as docs/guides/destroy-prod.md says", async () => {
    for (const [key, value] of [
      ["twinstack:protect", "false"],
      ["twinstack:registry.forceDelete", "true"],
      ["twinstack:edge.cdn.forceDelete", "true"],
    ] as const) {
      const set = await prod().pulumi(["config", "set", "--path", "--type", "bool", key, value]);
      expect(set).toMatchObject({ code: 0 });
    }
    expect(await prod().up()).toMatchObject({
      code: 0,
      errors: "",
      changes: [
        "update cache-cache",
        "update cache-queue",
        "update cdn-assets",
        "update cluster",
        "update database-admin",
        "update database-primary",
        "update database-read-only",
        "update database-read-write",
        "update edge",
        "update guard-registry",
        "update keys-alerts",
        "update keys-cluster",
        "update keys-data",
        "update keys-logs",
        "update keys-registry",
        "update registry",
      ],
    });
    const { resources = [] } = (await prod().exportState()).deployment;
    expect(resources.filter(({ protect }) => protect === true)).toEqual([]);
  });
}

/** What `changes` holds when all of the list is deleted. */
function deletionsOf(list: readonly string[]): readonly string[] {
  return list.map((each) => `delete ${each.slice(each.indexOf(" ") + 1)}`).sort();
}
