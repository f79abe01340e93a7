import { PLATFORM } from "./aws-fixture/platform.ts";
import { askRegion, newAwsStack, recorded } from "./aws-fixture/stack.ts";
import type { EngineStack } from "./harness.ts";

/** Resources of the program; the stack and the default provider are not counted. */
const RESOURCES = 51;

describe("a whole platform on the AWS stand-in", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newAwsStack(PLATFORM);
  });
  afterAll(() => stack.dispose());

  it("previews with nothing made", async () => {
    expect(await stack.preview()).toMatchObject({ code: 0, errors: "" });
    expect((await askRegion(stack, "status", {})).resources).toBe(0);
  });

  it("comes up, and a second up changes nothing", async () => {
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(up.changes).toHaveLength(RESOURCES);
    expect((await askRegion(stack, "status", {})).resources).toBe(RESOURCES);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("answers in the shapes of AWS", async () => {
    const outputs = await stack.outputs();
    expect(outputs["endpoint"]).toMatch(/^https:\/\/[0-9A-F]{32}\.gr7\.eu-central-1\.eks\.amazonaws\.com$/);
    expect(outputs["found"]).toBe(outputs["endpoint"]);
    expect(outputs["repositoryUrl"]).toBe("000000000000.dkr.ecr.eu-central-1.amazonaws.com/platform/app");
    expect(outputs["dnsName"]).toMatch(/^internal-platform-\d+\.eu-central-1\.elb\.amazonaws\.com$/);
    expect(outputs["rule"]).toEqual([
      { arn: expect.stringContaining("targetgroup/platform-blue/") as string, weight: 100 },
      { arn: expect.stringContaining("targetgroup/platform-green/") as string, weight: 0 },
    ]);
  });

  it("keeps every secret encrypted in the state", async () => {
    const { token, login } = (await stack.outputs()) as { token: string; login: string };
    const text = await stack.exportText();
    expect(token).toMatch(/^k8s-aws-v1\./);
    for (const secret of ["correct horse battery staple", token, login]) expect(text).not.toContain(secret);
  });

  it("sees no drift where there is none", async () => {
    const before = await recorded(stack, /SecretVersion/);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(await recorded(stack, /SecretVersion/)).toEqual(before);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("goes, in an order AWS would allow, and leaves no record", async () => {
    const destroy = await stack.destroy();
    expect(destroy).toMatchObject({ code: 0, errors: "" });
    expect((await askRegion(stack, "status", {})).resources).toBe(0);
  });
});
