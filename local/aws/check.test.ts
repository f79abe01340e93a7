import { UNKNOWN, type Values } from "../provider/provider.ts";
import { AwsProvider } from "./plugin.ts";
import { engineCall, memoryRegion } from "./testing.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
const ROLE = "aws:iam/role:Role";
const TRUST = '{"Version":"2012-10-17","Statement":[]}';

async function provider(config: Values = {}): Promise<AwsProvider> {
  const made = new AwsProvider("7.48.0", memoryRegion().call);
  await made.configure({ allowedAccountIds: ["000000000000"], region: "eu-central-1", ...config });
  return made;
}

async function failures(type: string, inputs: Values) {
  return (await (await provider()).check(engineCall(type), undefined, inputs)).failures;
}

describe("Check", () => {
  it.each([
    [
      "an unknown name",
      SUBNET,
      { vpcId: "vpc-1", cidrBlok: "10.0.0.0/24" },
      [{ property: "cidrBlok", reason: 'unknown property "cidrBlok"; did you mean "cidrBlock"?' }],
    ],
    [
      "an unknown inner name",
      "aws:lb/targetGroup:TargetGroup",
      { port: 80, protocol: "HTTP", vpcId: "vpc-1", healthCheck: { pth: "/" } },
      [{ property: "healthCheck.pth", reason: 'unknown property "pth"; did you mean "path"?' }],
    ],
    [
      "an output",
      SUBNET,
      { vpcId: "v", arn: "x" },
      [{ property: "arn", reason: "is an output: it cannot be set" }],
    ],
    [
      "a missing required input",
      SUBNET,
      { cidrBlock: "10.0.0.0/24" },
      [{ property: "vpcId", reason: "is required; it was not given" }],
    ],
    [
      "a wrong type",
      SUBNET,
      { vpcId: "v", mapPublicIpOnLaunch: "yes" },
      [{ property: "mapPublicIpOnLaunch", reason: 'must be a boolean, got the string "yes"' }],
    ],
    [
      "a wrong inner type",
      SUBNET,
      { vpcId: "v", tags: { "a/b": 1 } },
      [{ property: 'tags["a/b"]', reason: "must be a string, got the number 1" }],
    ],
    [
      "what excludes each other",
      SUBNET,
      { vpcId: "v", availabilityZone: "a", availabilityZoneId: "b" },
      [
        { property: "availabilityZone", reason: 'conflicts with "availabilityZoneId"; give one of them' },
        { property: "availabilityZoneId", reason: 'conflicts with "availabilityZone"; give one of them' },
      ],
    ],
    [
      "none of an exclusive group",
      "aws:ec2/routeTableAssociation:RouteTableAssociation",
      { routeTableId: "rtb-1" },
      [{ property: "subnetId", reason: 'exactly one of "subnetId", "gatewayId" must be given' }],
    ],
    [
      "what needs another",
      "aws:kms/key:Key",
      { rotationPeriodInDays: 90 },
      [{ property: "rotationPeriodInDays", reason: 'needs "enableKeyRotation" too' }],
    ],
    [
      "a service's own rule",
      SUBNET,
      { vpcId: "v", cidrBlock: "10.0.0.1/24" },
      [
        {
          property: "cidrBlock",
          reason: 'must be an IPv4 range such as 10.0.0.0/16 without host bits, got "10.0.0.1/24"',
        },
      ],
    ],
    [
      "an input nobody models",
      SUBNET,
      { vpcId: "v", cidrBlock: "10.0.0.0/24", outpostArn: "arn" },
      [
        {
          property: "outpostArn",
          reason: `outpostArn of ${SUBNET} is not modelled by the stand-in for AWS; leave it out`,
        },
      ],
    ],
  ])("refuses %s", async (_what, type, inputs, expected) => {
    expect(await failures(type, inputs as Values)).toEqual(expected);
  });

  it("does not show a secret that has the wrong type", async () => {
    const [failure] = await failures("aws:secretsmanager/secretVersion:SecretVersion", {
      secretId: "s",
      secretString: 4711,
    });
    expect(failure).toEqual({ property: "secretString", reason: "must be a string, got something else" });
  });

  it("names a type it does not model, and what it has of the service", async () => {
    const [failure] = await failures("aws:lb/trustStore:TrustStore", {});
    expect(failure?.reason).toMatch(
      /^aws:lb\/trustStore:TrustStore is not modelled by the stand-in for AWS; of this service it models aws:lb\/loadBalancer/,
    );
  });

  it("lets what is unknown in a preview pass", async () => {
    expect(await failures(SUBNET, { vpcId: UNKNOWN, cidrBlock: UNKNOWN, tags: { a: UNKNOWN } })).toEqual([]);
  });

  it("fills the provider's defaults, and the model's where they differ", async () => {
    const group = await (
      await provider()
    ).check(engineCall("aws:ec2/securityGroup:SecurityGroup"), undefined, { vpcId: "v", name: "web" });
    expect(group).toEqual({
      inputs: { vpcId: "v", name: "web", description: "Managed by Pulumi", revokeRulesOnDelete: false },
      failures: [],
    });
  });

  it("names what the real provider names, and keeps the name", async () => {
    const aws = await provider();
    const first = await aws.check(engineCall(ROLE, "app"), undefined, { assumeRolePolicy: TRUST });
    expect(first.inputs["name"]).toMatch(/^app-[0-9a-f]{7}$/);
    const again = await aws.check(
      { ...engineCall(ROLE, "app"), randomSeed: new Uint8Array([9]) },
      first.inputs,
      { assumeRolePolicy: TRUST },
    );
    expect(again.inputs["name"]).toBe(first.inputs["name"]);
    const given = await aws.check(engineCall(ROLE, "app"), { name: "given" }, { assumeRolePolicy: TRUST });
    expect(given.inputs["name"]).toMatch(/^app-[0-9a-f]{7}$/);
    const prefixed = await aws.check(engineCall(ROLE), undefined, {
      assumeRolePolicy: TRUST,
      namePrefix: "p",
    });
    expect(prefixed.inputs).not.toHaveProperty("name");
    const vpc = await aws.check(engineCall("aws:ec2/vpc:Vpc"), undefined, { cidrBlock: "10.0.0.0/16" });
    expect(vpc.inputs).not.toHaveProperty("name");
  });

  it("prefixes the autoname of a key's alias as KMS demands", async () => {
    const alias = await (
      await provider()
    ).check(engineCall("aws:kms/alias:Alias", "key"), undefined, { targetKeyId: "k" });
    expect(alias).toMatchObject({
      failures: [],
      inputs: { name: expect.stringMatching(/^alias\/key-[0-9a-f]{7}$/) as string },
    });
  });

  it("refuses a name that is too long to be made unique", async () => {
    const name = "n".repeat(60);
    const { failures: found } = await (
      await provider()
    ).check(engineCall(ROLE, name), undefined, { assumeRolePolicy: TRUST });
    expect(found).toEqual([
      {
        property: "name",
        reason: `"${name}" plus 8 random characters is longer than the maximum length of 64; give a shorter resource name or set name`,
      },
    ]);
  });

  it("turns a policy written as an object into its text, unknown while a part of it is", async () => {
    const aws = await provider();
    const known = await aws.check(engineCall(ROLE), undefined, {
      name: "r",
      assumeRolePolicy: { Statement: [] },
    });
    expect(known.inputs["assumeRolePolicy"]).toBe('{"Statement":[]}');
    const open = await aws.check(engineCall(ROLE), undefined, {
      name: "r",
      assumeRolePolicy: { Statement: [UNKNOWN] },
    });
    expect(open.inputs["assumeRolePolicy"]).toBe(UNKNOWN);
  });

  it("puts default tags under the resource's own, and none where there are no tags", async () => {
    const aws = await provider({ defaultTags: { tags: { a: "1", b: "1" } } });
    const vpc = await aws.check(engineCall("aws:ec2/vpc:Vpc"), undefined, {
      cidrBlock: "10.0.0.0/16",
      tags: { b: "2" },
    });
    expect(vpc.inputs["tags"]).toEqual({ a: "1", b: "2" });
    const alias = await aws.check(engineCall("aws:kms/alias:Alias"), undefined, {
      name: "alias/a",
      targetKeyId: "k",
    });
    expect(alias.inputs).toEqual({ name: "alias/a", targetKeyId: "k" });
  });
});
