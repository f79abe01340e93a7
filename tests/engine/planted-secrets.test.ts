import { askRegion, awsProgram, newAwsStack } from "./aws-fixture/stack.ts";
import type { EngineStack } from "./harness.ts";

const PLANTED = "Qz7f3a9cXw";

/** A resource of several services whose create AWS refuses; each is refused for, or with, what is secret. */
const REFUSED = `
new aws.ec2.Subnet("ec2", { vpcId: planted, cidrBlock: "10.42.0.0/24" });
new aws.ecr.RepositoryPolicy("ecr", { repository: planted, policy: "{}" });
new aws.iam.RolePolicyAttachment("iam", { role: planted, policyArn: "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy" });
new aws.kms.Alias("kms", { name: "alias/a", targetKeyId: planted });
new aws.s3.BucketVersioning("s3", { bucket: planted, versioningConfiguration: { status: "Enabled" } });
new aws.secretsmanager.SecretVersion("secretsmanager", { secretId: planted, secretString: planted });
new aws.elasticache.SubnetGroup("elasticache", { name: "a", subnetIds: [planted] });
new aws.rds.SubnetGroup("rds", { name: "a", subnetIds: [planted] });
`;

const kept = (value: string) => `
const secret = new aws.secretsmanager.Secret("secret", { name: "a", recoveryWindowInDays: 0 });
new aws.secretsmanager.SecretVersion("version", { secretId: secret.id, secretString: "${value}" });
new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16", tags: { list: pulumi.secret("${value}") } });
`;

function program(body: string): string {
  return awsProgram(`
import * as pulumi from "@pulumi/pulumi";
const planted = pulumi.secret("${PLANTED}");
${body}`);
}

describe("planted secrets under the real engine", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newAwsStack("");
  });
  afterAll(() => stack.dispose());

  /** What a person could read of it. */
  function shown({ stdout, stderr, diagnostics }: Awaited<ReturnType<EngineStack["up"]>>): string {
    return `${stdout}\n${stderr}\n${JSON.stringify(diagnostics)}`.toLowerCase();
  }
  function expectNothingOf(text: string): void {
    for (let at = 0; at + 4 <= PLANTED.length; at += 1) {
      expect(text).not.toContain(PLANTED.slice(at, at + 4).toLowerCase());
    }
  }

  it("are not shown by a refused preview", async () => {
    await stack.setProgram(
      program(`new aws.rds.Instance("db", { instanceClass: planted, password: planted });`),
    );
    const preview = await stack.preview();
    expect(preview.errors).toContain(
      "resource 'db' has a problem: instanceClass: Invalid DB Instance class: [secret]",
    );
    expectNothingOf(shown(preview));
  });

  it("are not shown by an update that AWS refuses, whatever the service", async () => {
    await stack.setProgram(program(REFUSED));
    const up = await stack.up(["--continue-on-error"]);
    const failed = up.operations.filter((operation) => operation.failed).map(({ name }) => name);
    expect(failed.sort()).toEqual(["ec2", "ecr", "elasticache", "iam", "kms", "rds", "s3", "secretsmanager"]);
    expect(up.errors).toContain("[secret]");
    expectNothingOf(shown(up));
  });

  it("are not shown by a refresh that finds others, and lie encrypted in the state", async () => {
    await stack.setProgram(program(kept("first-value")));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    for (const [name, inputs] of [
      ["version", { secretString: PLANTED }],
      ["vpc", { tags: { list: PLANTED } }],
    ] as const) {
      const { id = "", type, inputs: before } = await stack.resource(name);
      await askRegion(stack, "aws/update", { type, id, inputs: { ...plain(before), ...inputs } });
    }
    const refresh = await stack.refresh(["--diff"]);
    expect(refresh).toMatchObject({ code: 0, errors: "" });
    // It found them.
    const inClear = await stack.pulumi(["stack", "export", "--show-secrets"]);
    expect(inClear.stdout.split(PLANTED).length).toBeGreaterThan(2);
    expectNothingOf(shown(refresh));
    expectNothingOf((await stack.exportText()).toLowerCase());
  });
});

/** Inputs that are no secret. */
function plain(inputs: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}
