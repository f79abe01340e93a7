import { awsProgram, newAwsStack } from "./aws-fixture/stack.ts";
import { PLANTED, expectNothingPlanted } from "./planted.ts";
import type { EngineStack } from "./harness.ts";

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

  it("are not shown by a refused preview", async () => {
    await stack.setProgram(
      program(`new aws.rds.Instance("db", { instanceClass: planted, password: planted });`),
    );
    const preview = await stack.preview();
    expect(preview.errors).toContain(
      "resource 'db' has a problem: instanceClass: Invalid DB Instance class: [secret]",
    );
    expectNothingPlanted(preview);
  });

  it("are not shown by an update that AWS refuses, whatever the service", async () => {
    await stack.setProgram(program(REFUSED));
    const up = await stack.up(["--continue-on-error"]);
    const failed = up.operations.filter((operation) => operation.failed).map(({ name }) => name);
    expect(failed.sort()).toEqual(["ec2", "ecr", "elasticache", "iam", "kms", "rds", "s3", "secretsmanager"]);
    expect(up.errors).toContain("[secret]");
    expectNothingPlanted(up);
  });
});
