import { CONFIG, newAwsStack } from "./aws-fixture/stack.ts";
import type { EngineStack } from "./harness.ts";

const BODY = `
const bucket = new aws.s3.Bucket("logs");
const role = new aws.iam.Role("web", { assumeRolePolicy: { Version: "2012-10-17", Statement: [
  { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
] } });
export const names = [bucket.bucket, role.name];
`;

let stack: EngineStack | undefined;
afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
});

describe("pulumi:autonaming under the real engine", () => {
  it.each([
    ["verbatim", { mode: "verbatim" }, [/^logs$/, /^web$/]],
    [
      "a pattern for one type",
      { providers: { aws: { resources: { "aws:iam/role:Role": { pattern: "team-${name}-${stack}" } } } } },
      [/^logs-[0-9a-f]{7}$/, /^team-web-dev$/],
    ],
  ])("names as configured, and keeps the names: %s", async (_what, autonaming, expected) => {
    stack = await newAwsStack(BODY, { ...CONFIG, "pulumi:autonaming": autonaming });
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const { names } = (await stack.outputs()) as { names: readonly string[] };
    expect(names).toEqual(expected.map((pattern): unknown => expect.stringMatching(pattern)));
    expect(await stack.preview(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("asks for names in the preview where it is disabled", async () => {
    stack = await newAwsStack(BODY, { ...CONFIG, "pulumi:autonaming": { mode: "disabled" } });
    const refused = await stack.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(
      "pulumi:autonaming makes no names for this resource (mode: disabled); write ",
    );
  });
});
