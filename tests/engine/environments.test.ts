import { askRegion } from "./aws-fixture/stack.ts";
import { expectRecorded, resourceList } from "./environments/recorded-list.ts";
import { newEnvironment, OVERRIDE, recordedInClear, shippedConfig } from "./environments/stack.ts";
import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await ControlPlane.start();
});
afterAll(() => plane.stop());

describe.each(["staging", "prod"])("%s as it is shipped, with the account overridden", (environment) => {
  let stack: EngineStack;
  beforeAll(async () => {
    stack = await newEnvironment(environment, { ...(await shippedConfig(environment)), ...OVERRIDE }, plane);
  });
  afterAll(() => stack.dispose());

  it("comes up with the recorded resources", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expectRecorded(environment, await resourceList(stack));
  });
  it("rest", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
    const b = await recordedInClear(stack);
    const r = await stack.refresh(["--expect-no-changes"]);
    expect(r).toMatchObject({ code: 0, errors: "" });
    expect(await recordedInClear(stack)).toEqual(b);
    const p = await stack.destroy(["--preview-only"]);
    console.log(p.code, p.stderr, p.stdout.slice(-1500), p.errors, p.changes.length);
    const d = await stack.destroy();
    console.log(d.code, d.errors, d.stderr, d.changes);
    console.log(await askRegion(stack, "status", {}));
    if (environment === "prod") {
      console.log(await stack.pulumi(["state", "unprotect", "--all", "--yes"]));
      const d = await stack.destroy();
      console.log("AFTER UNPROTECT", d.code, d.errors, d.stderr, d.changes, d.changes.length);
      await stack.pulumi(["config", "set", "--type", "bool", "twinstack:protect"], "false").then((x) => console.log(x));
      const u = await stack.up();
      console.log("UP", u.code, u.errors, u.changes);
      const e = await stack.destroy();
      console.log("DESTROY", e.code, e.errors, e.changes.length);
    console.log(await askRegion(stack, "status", {}));
    }
  });
});
