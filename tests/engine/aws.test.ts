import { askRegion, awsProgram, CONFIG, newAwsStack, recorded } from "./aws-fixture/stack.ts";
import type { EngineStack } from "./harness.ts";

const VPC = `const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16" });`;

describe("AWS resources under the real engine", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newAwsStack(VPC);
    await stack.up();
  });
  afterAll(() => stack.dispose());

  async function up(body: string) {
    await stack.setProgram(awsProgram(body));
    return stack.up();
  }

  it("updates in place what AWS can modify", async () => {
    const { id } = await stack.resource("vpc");
    const result = await up(
      `new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16", enableDnsHostnames: true, tags: { "a/b": "1" } });`,
    );
    expect(result).toMatchObject({ code: 0, errors: "", changes: ["update vpc"] });
    const after = await stack.resource("vpc");
    expect(after.id).toBe(id);
    expect(after.outputs).toMatchObject({
      enableDnsHostnames: true,
      tags: { "a/b": "1" },
      tagsAll: { "a/b": "1" },
    });
  });

  it("takes away what is not asked for any more, and keeps what AWS filled in", async () => {
    expect(await up(VPC)).toMatchObject({ code: 0, errors: "", changes: ["update vpc"] });
    const { outputs } = await stack.resource("vpc");
    expect(outputs).toMatchObject({ enableDnsHostnames: true, tagsAll: {} });
    expect(outputs).not.toHaveProperty("tags");
  });

  it("replaces what AWS cannot modify, and gives the replacement a new name of its own", async () => {
    const group = (description: string) =>
      `${VPC}\nnew aws.ec2.SecurityGroup("web", { vpcId: vpc.id, description: "${description}" });`;
    await up(group("one"));
    const before = await stack.resource("web");
    const result = await up(group("two"));
    expect(result).toMatchObject({ code: 0, errors: "" });
    expect(result.operations.filter(({ name }) => name === "web").map(({ op }) => op)).toEqual([
      "create-replacement",
      "replace",
      "delete-replaced",
    ]);
    const after = await stack.resource("web");
    expect(after.id).not.toBe(before.id);
    expect(before.outputs?.["name"]).toMatch(/^web-[0-9a-f]{7}$/);
    expect(after.outputs?.["name"]).toMatch(/^web-[0-9a-f]{7}$/);
    expect(after.outputs?.["name"]).not.toBe(before.outputs?.["name"]);
  });

  it("deletes first what bears a given name", async () => {
    const group = (description: string) =>
      `${VPC}\nnew aws.ec2.SecurityGroup("db", { name: "db", vpcId: vpc.id, description: "${description}" });`;
    await up(group("one"));
    const result = await up(group("two"));
    expect(result).toMatchObject({ code: 0, errors: "" });
    const steps = result.operations.filter(({ name }) => name === "db").map(({ op }) => op);
    expect(steps).toEqual(["delete-replaced", "replace", "create-replacement"]);
  });

  it("sees with refresh what was removed past Pulumi, and makes it again", async () => {
    await up(`${VPC}\nnew aws.ec2.InternetGateway("igw", { vpcId: vpc.id });`);
    const { id = "" } = await stack.resource("igw");
    await askRegion(stack, "aws/delete", { type: "aws:ec2/internetGateway:InternetGateway", id });
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    await expect(stack.resource("igw")).rejects.toThrow("no resource named igw in the state");
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["create igw"] });
  });

  it("fails a create as AWS would, in its words, and goes on from there", async () => {
    const failed = await up(
      `${VPC}\nnew aws.ec2.Subnet("outside", { vpcId: vpc.id, cidrBlock: "10.43.0.0/24" });`,
    );
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain(
      `creating aws:ec2/subnet:Subnet "outside": InvalidSubnet.Range: The CIDR '10.43.0.0/24' is invalid.`,
    );
    await expect(stack.resource("outside")).rejects.toThrow("no resource named outside");
    const mended = await up(
      `${VPC}\nnew aws.ec2.Subnet("outside", { vpcId: vpc.id, cidrBlock: "10.42.9.0/24" });`,
    );
    expect(mended).toMatchObject({ code: 0, errors: "", changes: ["create outside", "delete igw"] });
  });

  it("refuses to delete what is still used, and keeps it in the state", async () => {
    const { id = "" } = await stack.resource("vpc");
    await expect(askRegion(stack, "aws/delete", { type: "aws:ec2/vpc:Vpc", id })).rejects.toMatchObject({
      code: "DependencyViolation",
      message: `The vpc '${id}' has dependencies and cannot be deleted.`,
    });
    const before = await recorded(stack);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(await recorded(stack)).toEqual(before);
  });

  it("imports what is there, and the program that says the same changes nothing", async () => {
    const { urn } = await stack.resource("outside");
    const { id = "" } = await stack.resource("outside");
    await stack.pulumi(["state", "delete", urn, "--yes"]);
    expect(await stack.import("aws:ec2/subnet:Subnet", "outside", id)).toMatchObject({ code: 0, errors: "" });
    const imported = await stack.resource("outside");
    expect(imported.inputs).toMatchObject({ cidrBlock: "10.42.9.0/24" });
    expect(imported.inputs).not.toHaveProperty("region");
    expect(imported.inputs).not.toHaveProperty("arn");
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it.each([
    [
      // The SDK itself drops an outer name it does not know; inner ones reach the provider.
      "an unknown name",
      `new aws.lb.TargetGroup("bad", { port: 80, protocol: "HTTP", vpcId: vpc.id, healthCheck: { pth: "/" } as never });`,
      `unknown property "pth"; did you mean "path"?`,
    ],
    [
      "a bad value",
      `new aws.ec2.Subnet("bad", { vpcId: vpc.id, cidrBlock: "10.42.3.0/29" });`,
      `must have a prefix between /16 and /28, got "10.42.3.0/29"`,
    ],
    [
      "a wrong type",
      `new aws.ec2.Subnet("bad", { vpcId: vpc.id, cidrBlock: 5 } as never);`,
      `must be a string, got the number 5`,
    ],
    [
      "a type nobody models",
      `new aws.sqs.Queue("bad", {});`,
      "aws:sqs/queue:Queue is not modelled by the stand-in for AWS; it models nothing of this service",
    ],
    [
      "an input nobody models",
      `new aws.ec2.Subnet("bad", { vpcId: vpc.id, cidrBlock: "10.42.3.0/24", ipv6CidrBlock: "2001:db8::/64" });`,
      "ipv6CidrBlock of aws:ec2/subnet:Subnet is not modelled by the stand-in for AWS; leave it out",
    ],
    [
      "a function nobody models",
      `export const ami = aws.ec2.getAmiOutput({ owners: ["amazon"] }).id;`,
      "aws:ec2/getAmi:getAmi is not modelled by the stand-in for AWS",
    ],
  ])("says at the preview that %s is wrong, and touches nothing", async (_what, line, message) => {
    await stack.setProgram(awsProgram(`${VPC}\n${line}`));
    const before = (await askRegion(stack, "status", {})).resources;
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.errors).toContain(message);
    expect((await askRegion(stack, "status", {})).resources).toBe(before);
  });
});

describe("the AWS stand-in's configuration under the real engine", () => {
  let stack: EngineStack;
  afterEach(() => stack.dispose());

  it("refuses any account but its own", async () => {
    stack = await newAwsStack(VPC, { ...CONFIG, "aws:allowedAccountIds": ["123456789012"] });
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.errors).toContain(
      `aws:allowedAccountIds is ["123456789012"]: this is the stand-in for AWS on this machine, which answers to account 000000000000 alone.`,
    );
  });

  it("refuses a stack that names no account", async () => {
    stack = await newAwsStack(VPC, { "aws:region": "eu-central-1" });
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.errors).toContain(`aws:allowedAccountIds is nothing`);
  });

  it("puts the default tags under every resource's own", async () => {
    stack = await newAwsStack(
      `new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16", tags: { team: "own" } });`,
      { ...CONFIG, "aws:defaultTags": { tags: { team: "default", stack: "dev" } } },
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const { outputs } = await stack.resource("vpc");
    expect(outputs?.["tagsAll"]).toEqual({ team: "own", stack: "dev" });
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
  });
});
