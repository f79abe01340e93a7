import type { Autonaming } from "../provider/autonaming.ts";
import type { Call, Values } from "../provider/provider.ts";
import { AwsProvider } from "./plugin.ts";
import { engineCall, memoryRegion } from "./testing.ts";

const ROLE = "aws:iam/role:Role";
const BUCKET = "aws:s3/bucket:Bucket";
const ALIAS = "aws:kms/alias:Alias";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const CACHE = "aws:elasticache/subnetGroup:SubnetGroup";
const DATABASE = "aws:rds/instance:Instance";
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
});
const GIVEN: Readonly<Record<string, Values>> = {
  [ROLE]: { assumeRolePolicy: TRUST },
  [BUCKET]: {},
  [ALIAS]: { targetKeyId: "k" },
  [GROUP]: { vpcId: "v" },
  [CACHE]: { subnetIds: ["s"] },
  [DATABASE]: {
    instanceClass: "db.t4g.micro",
    engine: "postgres",
    allocatedStorage: 20,
    username: "app",
    password: "long-enough",
  },
};
const ORIGIN = "(the name comes from pulumi:autonaming; change it there or write name)";

async function provider(): Promise<AwsProvider> {
  const aws = new AwsProvider("7.48.0", memoryRegion().call);
  await aws.configure({ allowedAccountIds: ["000000000000"], region: "eu-central-1" });
  return aws;
}

function call(type: string, mode?: Autonaming["mode"], proposedName = ""): Call {
  return { ...engineCall(type, "App"), autonaming: mode && { mode, proposedName } };
}

async function check(of: Call, olds?: Values, more: Values = {}) {
  return (await provider()).check(of, olds, { ...GIVEN[of.type], ...more });
}

describe("a name by pulumi:autonaming", () => {
  it.each([
    ["is the proposed one", ROLE, "propose", "App-dev", "name", "App-dev"],
    [
      "has no suffix of ours even where it could be taken for one",
      ROLE,
      "propose",
      "x-0a1b2c3",
      "name",
      "x-0a1b2c3",
    ],
    ["is in lower case where the provider makes it so", BUCKET, "propose", "App-Dev", "bucket", "app-dev"],
    ["has the prefix that the service demands", ALIAS, "propose", "App-dev", "name", "alias/App-dev"],
    ["has that prefix once", ALIAS, "propose", "alias/App", "name", "alias/App"],
    ["is as long as the service allows", BUCKET, "propose", "a".repeat(63), "bucket", "a".repeat(63)],
    [
      "is as long as it is allowed before its prefix",
      ALIAS,
      "propose",
      "a".repeat(238),
      "name",
      `alias/${"a".repeat(238)}`,
    ],
    ["is exactly the enforced one", CACHE, "enforce", "App-Dev", "name", "App-Dev"],
    [
      "is exactly the enforced one where it looks like an alias",
      ALIAS,
      "enforce",
      "alias/App",
      "name",
      "alias/App",
    ],
  ] as const)("%s", async (_what, type, mode, proposed, property, expected) => {
    const { inputs, failures } = await check(call(type, mode, proposed));
    expect(failures).toEqual([]);
    expect(inputs[property]).toBe(expected);
    expect(inputs["__defaults"]).toEqual([property]);
  });

  it.each([
    [
      "too long a proposed name",
      BUCKET,
      "propose",
      "A".repeat(64),
      "bucket",
      `"${"a".repeat(64)}" from pulumi:autonaming is longer than the maximum length of 63; shorten the pattern or the resource name, or set bucket`,
    ],
    [
      "too long an enforced name",
      ROLE,
      "enforce",
      "a".repeat(65),
      "name",
      `must be 1 to 64 letters, digits and +=,.@-_, got "${"a".repeat(65)}" ${ORIGIN}`,
    ],
    [
      "characters the service does not take",
      ROLE,
      "propose",
      "app dev",
      "name",
      `must be 1 to 64 letters, digits and +=,.@-_, got "app dev" ${ORIGIN}`,
    ],
    [
      "a beginning the service keeps to itself",
      GROUP,
      "propose",
      "sg-app",
      "name",
      `must be a name that does not begin with sg-, got "sg-app" ${ORIGIN}`,
    ],
    [
      "an enforced name without the prefix that the service demands",
      ALIAS,
      "enforce",
      "App",
      "name",
      `must be a name such as "alias/data" of letters, digits and /_-, got "App" ${ORIGIN}`,
    ],
    [
      "no name where names are disabled",
      BUCKET,
      "disable",
      "",
      "bucket",
      "is not given, and pulumi:autonaming makes no names for this resource (mode: disabled); write bucket",
    ],
  ] as const)("refuses %s, once", async (_what, type, mode, proposed, property, reason) => {
    expect((await check(call(type, mode, proposed))).failures).toEqual([{ property, reason }]);
  });

  it.each(["propose", "enforce", "disable"] as const)(
    "leaves a given name and prefix alone (%s)",
    async (mode) => {
      const given = await check(call(ROLE, mode, "other"), undefined, { name: "mine" });
      expect(given).toMatchObject({ failures: [], inputs: { name: "mine" } });
      expect(given.inputs).not.toHaveProperty("__defaults");
      const prefixed = await check(call(ROLE, mode, "other"), undefined, { namePrefix: "p" });
      expect(prefixed.failures).toEqual([]);
      expect(prefixed.inputs).not.toHaveProperty("name");
    },
  );

  it("is a database's identifier, which without configuration has no hyphen before its suffix", async () => {
    const configured = await check(call(DATABASE, "propose", "app-dev"));
    expect(configured).toMatchObject({ failures: [], inputs: { identifier: "app-dev" } });
    const ours = await check({ ...call(DATABASE), name: "app" });
    expect(ours.failures).toEqual([]);
    expect(ours.inputs["identifier"]).toMatch(/^app[0-9a-f]{7}$/);
    const again = await check({ ...call(DATABASE, "disable"), name: "app" }, ours.inputs);
    expect(again).toEqual(ours);
    expect((await check(call(DATABASE, "disable"))).failures).toEqual([
      {
        property: "identifier",
        reason:
          "is not given, and pulumi:autonaming makes no names for this resource (mode: disabled); write identifier",
      },
    ]);
  });

  it("is not made for a type without one", async () => {
    const { inputs, failures } = await check(call("aws:ec2/vpc:Vpc", "disable"), undefined, {
      cidrBlock: "10.0.0.0/16",
    });
    expect(failures).toEqual([]);
    expect(Object.keys(inputs)).not.toEqual(expect.arrayContaining(["name"]));
  });
});

describe("a name once made", () => {
  const modes = [
    ["no configuration", undefined],
    ["another pattern", "propose"],
    ["another enforced name", "enforce"],
    ["names disabled", "disable"],
  ] as const;

  it.each(modes)("by a pattern stays through %s", async (_what, mode) => {
    const first = await check(call(ROLE, "propose", "dev.App"));
    const again = await check(call(ROLE, mode, "other"), first.inputs);
    expect(again).toEqual(first);
    expect(again.inputs["name"]).toBe("dev.App");
  });

  it.each(modes)("without configuration stays through %s", async (_what, mode) => {
    const first = await check(call(ROLE));
    expect(first.inputs["name"]).toMatch(/^App-[0-9a-f]{7}$/);
    expect(await check(call(ROLE, mode, "other"), first.inputs)).toEqual(first);
  });

  it.each([undefined, "propose"] as const)(
    "stays when the resource is called otherwise (aliases, %s)",
    async (mode) => {
      const first = await check(call(ROLE, mode, "dev.App"));
      const again = await check({ ...call(ROLE, mode, "dev.Web"), name: "Web" }, first.inputs);
      expect(again.inputs["name"]).toBe(first.inputs["name"]);
    },
  );

  it("in a state that does not list it is known by its shape", async () => {
    const { inputs } = await check(call(ROLE, "disable"), { ...GIVEN[ROLE], name: "App-0a1b2c3" });
    expect(inputs).toMatchObject({ name: "App-0a1b2c3", __defaults: ["name"] });
  });

  it("by the service stays: an old database without identifier gets none", async () => {
    const olds = GIVEN[DATABASE] ?? {};
    const { inputs, failures } = await check(call(DATABASE, "propose", "app-dev"), olds);
    expect(failures).toEqual([]);
    expect(inputs).not.toHaveProperty("identifier");
  });

  it("gives way to a new one where it had been given, and for a replacement", async () => {
    const news = call(ROLE, "propose", "dev.App");
    expect((await check(news, { ...GIVEN[ROLE], name: "mine" })).inputs["name"]).toBe("dev.App");
    expect((await check(news, undefined)).inputs["name"]).toBe("dev.App");
  });

  it("is no change, in the diff or in the region, by how it is remembered", async () => {
    const { call: region, calls } = memoryRegion();
    const aws = new AwsProvider("7.48.0", region);
    await aws.configure({ allowedAccountIds: ["000000000000"], region: "eu-central-1" });
    const of = call(ROLE, "propose", "dev.App");
    const { inputs } = await aws.check(of, undefined, GIVEN[ROLE] ?? {});
    const { __defaults, ...plain } = inputs;
    expect(__defaults).toEqual(["name"]);
    expect((await aws.diff(of, "id", plain, plain, inputs)).detailed).toEqual({});
    expect((await aws.diff(of, "id", inputs, plain, plain)).detailed).toEqual({});
    const { id, outputs } = await aws.create(of, inputs, false);
    expect((await aws.create(of, inputs, true)).outputs).not.toHaveProperty("__defaults");
    const updated = await aws.update(of, id, inputs, outputs, inputs, [], false);
    const planned = await aws.update(of, id, inputs, outputs, inputs, [], true);
    for (const values of [outputs, updated.outputs, planned.outputs]) {
      expect(values).not.toHaveProperty("__defaults");
    }
    expect(JSON.stringify(calls)).not.toContain("__defaults");
    expect((await aws.read(of, id, inputs))?.inputs["__defaults"]).toEqual(["name"]);
    expect((await aws.read(of, id, {}))?.inputs).not.toHaveProperty("__defaults");
    const renamed = { ...inputs, name: "elsewhere" };
    expect((await aws.read(of, id, renamed))?.inputs).not.toHaveProperty("__defaults");
  });

  it("does not have the old resource deleted first: for names without random characters the engine does", async () => {
    const { inputs } = await check(call(GROUP, "propose", "web"));
    const changed = { ...inputs, description: "another" };
    const diff = await (await provider()).diff(call(GROUP), "id", inputs, inputs, changed);
    expect(diff).toEqual({ detailed: { description: "update-replace" }, deleteBeforeReplace: false });
  });

  it("is not a given one: a database's given identifier has it deleted first", async () => {
    const inputs = { ...GIVEN[DATABASE], identifier: "app" };
    const diff = await (
      await provider()
    ).diff(call(DATABASE), "id", inputs, inputs, { ...inputs, username: "other" });
    expect(diff).toEqual({ detailed: { username: "update-replace" }, deleteBeforeReplace: true });
  });

  it("is not read from the program: a list of defaults among its inputs is dropped", async () => {
    const given = await check(call(ROLE), undefined, { name: "mine", __defaults: ["name"] });
    expect(given.failures).toEqual([]);
    expect(given.inputs).not.toHaveProperty("__defaults");
  });
});
