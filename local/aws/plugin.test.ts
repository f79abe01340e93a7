import { Secret, UNKNOWN } from "../provider/provider.ts";
import { RegionError } from "../region/region-error.ts";
import { AwsProvider, type CallRegion } from "./plugin.ts";
import { engineCall, memoryRegion } from "./testing.ts";

const VPC = "aws:ec2/vpc:Vpc";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const CONFIG = { allowedAccountIds: ["000000000000"], region: "eu-central-1" };

async function provider(call: CallRegion): Promise<AwsProvider> {
  const aws = new AwsProvider("7.48.0", call);
  await aws.configure(CONFIG);
  return aws;
}

function failing(error: Error): CallRegion {
  return async () => {
    throw error;
  };
}

describe("the AWS provider's calls", () => {
  it("does not start on another account", async () => {
    const aws = new AwsProvider("7.48.0", memoryRegion().call);
    await expect(aws.configure({ ...CONFIG, allowedAccountIds: ["123456789012"] })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining('aws:allowedAccountIds is ["123456789012"]') as string,
    });
  });

  it("previews a create without asking the region: inputs known, what AWS fills in unknown", async () => {
    const { call, calls } = memoryRegion();
    const { outputs, id } = await (
      await provider(call)
    ).create(engineCall(VPC), { cidrBlock: "10.0.0.0/16", tags: { a: "1" } }, true);
    expect(calls).toEqual([]);
    expect(id).toBe("");
    expect(outputs).toMatchObject({
      cidrBlock: "10.0.0.0/16",
      tags: { a: "1" },
      tagsAll: { a: "1" },
      region: "eu-central-1",
      arn: UNKNOWN,
      defaultSecurityGroupId: UNKNOWN,
    });
    expect(outputs).not.toHaveProperty("ipv4IpamPoolId");
  });

  it("knows in a preview what the service puts inside a given block", async () => {
    const inputs = {
      name: "c",
      roleArn: "r",
      vpcConfig: { subnetIds: ["a"], publicAccessCidrs: ["1.2.3.4/32"] },
    };
    const { outputs } = await (
      await provider(memoryRegion().call)
    ).create(engineCall("aws:eks/cluster:Cluster"), inputs, true);
    expect(outputs["vpcConfig"]).toEqual({
      subnetIds: ["a"],
      publicAccessCidrs: ["1.2.3.4/32"],
      clusterSecurityGroupId: UNKNOWN,
      vpcId: UNKNOWN,
    });
  });

  it("creates in the provider's region unless the resource names its own", async () => {
    const { call, calls } = memoryRegion();
    const aws = await provider(call);
    await aws.create(engineCall(VPC), { cidrBlock: "10.0.0.0/16" }, false);
    const other = await aws.create(engineCall(VPC), { cidrBlock: "10.0.0.0/16", region: "us-east-1" }, false);
    expect(calls).toEqual([
      [
        "aws/create",
        {
          urn: "urn:pulumi:dev::test::aws:ec2/vpc:Vpc::it",
          type: VPC,
          inputs: { region: "eu-central-1", cidrBlock: "10.0.0.0/16" },
        },
      ],
      ["aws/create", expect.objectContaining({ inputs: { region: "us-east-1", cidrBlock: "10.0.0.0/16" } })],
    ]);
    expect(other.outputs["arn"]).toMatch(/^arn:aws:ec2:us-east-1:000000000000:vpc\/vpc-[0-9a-f]{17}$/);
  });

  it("reads what it wrote, and takes inputs for an import from the record", async () => {
    const aws = await provider(memoryRegion().call);
    const created = await aws.create(engineCall(VPC), { cidrBlock: "10.0.0.0/16", tags: { a: "1" } }, false);
    const imported = await aws.read(engineCall(VPC), created.id, {});
    expect(imported?.outputs).toEqual(created.outputs);
    expect(imported?.inputs).toEqual({ cidrBlock: "10.0.0.0/16", tags: { a: "1" } });
    await aws.delete(engineCall(VPC), created.id);
    expect(await aws.read(engineCall(VPC), created.id, {})).toBeUndefined();
    await expect(aws.delete(engineCall(VPC), created.id)).resolves.toBeUndefined();
  });

  it("keeps through an update what AWS filled in, and drops what is not asked for", async () => {
    const aws = await provider(memoryRegion().call);
    const olds = { cidrBlock: "10.0.0.0/16", tags: { a: "1" } };
    const news = { cidrBlock: "10.0.0.0/16", enableDnsHostnames: true };
    const { id, outputs } = await aws.create(engineCall(VPC), olds, false);
    const planned = await aws.update(engineCall(VPC), id, olds, outputs, news, [], true);
    const updated = await aws.update(engineCall(VPC), id, olds, outputs, news, [], false);
    expect(updated.outputs).toEqual(planned.outputs);
    expect(updated.outputs).toMatchObject({ arn: outputs["arn"], enableDnsHostnames: true, tagsAll: {} });
    expect(updated.outputs).not.toHaveProperty("tags");
  });

  it("marks secret what the real provider marks", async () => {
    const inputs = { secretId: "s", secretString: "hush" };
    const { outputs } = await (await provider(memoryRegion().call)).create(engineCall(VERSION), inputs, true);
    expect(outputs["secretString"]).toEqual(new Secret("hush"));
    expect(outputs["versionId"]).toBe(UNKNOWN);
  });

  it.each([
    ["InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", "NOT_FOUND"],
    ["EntityAlreadyExists", "Role with name a already exists.", "ALREADY_EXISTS"],
    ["InvalidSubnet.Range", "The CIDR 'x' is invalid.", "INVALID_ARGUMENT"],
    ["DependencyViolation", "it has dependencies and cannot be deleted.", "FAILED_PRECONDITION"],
    ["OperationNotPermitted", "deletion protection is enabled", "PERMISSION_DENIED"],
  ])("passes on %s in AWS's words", async (code, message, grpc) => {
    const aws = await provider(failing(new RegionError(code, message)));
    await expect(aws.delete(engineCall(VPC), "vpc-1")).rejects.toMatchObject({
      code: grpc,
      message: `deleting aws:ec2/vpc:Vpc vpc-1: ${code}: ${message}`,
    });
  });

  it("refuses functions nobody models, and bad arguments of those it does", async () => {
    const aws = await provider(memoryRegion().call);
    await expect(aws.invoke("aws:ec2/getAmi:getAmi", {})).rejects.toMatchObject({
      code: "UNIMPLEMENTED",
      message:
        "aws:ec2/getAmi:getAmi is not modelled by the stand-in for AWS; of this service it models aws:ec2/getManagedPrefixList:getManagedPrefixList",
    });
    expect(await aws.invoke("aws:eks/getCluster:getCluster", { nam: "c" })).toEqual({
      outputs: {},
      failures: [
        { property: "nam", reason: 'unknown property "nam"; did you mean "name"?' },
        { property: "name", reason: "is required; it was not given" },
      ],
    });
  });

  it("marks secret what a function answers in confidence", async () => {
    const aws = await provider(async () => ({ token: "k8s-aws-v1.x", name: "c" }) as never);
    const { outputs } = await aws.invoke("aws:eks/getClusterAuth:getClusterAuth", { name: "c" });
    expect(outputs).toEqual({ token: new Secret("k8s-aws-v1.x"), name: "c" });
  });
});
