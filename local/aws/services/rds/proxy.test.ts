import type { JsonObject } from "../../../region/protocol.ts";
import { AwsError } from "../../model.ts";
import { PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "./references.ts";
import { failures, makePrimary, makeReplica, world, type World } from "./testing.ts";

const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

let given: World;
let role: string;
let secret: string;
beforeEach(() => {
  given = world();
  role = given.account.make("aws:iam/role:Role", { name: "proxy", assumeRolePolicy: TRUST }).outputs[
    "arn"
  ] as string;
  secret = given.account.make("aws:secretsmanager/secret:Secret", { name: "rw" }).id;
});

const inputs = (): JsonObject => ({
  name: "quiz",
  engineFamily: "POSTGRESQL",
  roleArn: role,
  requireTls: true,
  auths: [{ authScheme: "SECRETS", iamAuth: "DISABLED", secretArn: secret }],
  vpcSubnetIds: given.subnets.slice(0, 2),
  vpcSecurityGroupIds: [given.group],
});
const make = (more: JsonObject = {}) => given.account.make(PROXY, { ...inputs(), ...more });
const target = (dbInstanceIdentifier: string) =>
  given.account.make(PROXY_TARGET, {
    dbProxyName: "quiz",
    targetGroupName: "default",
    dbInstanceIdentifier,
  });

describe("proxies", () => {
  it("answers as RDS does", () => {
    const { id, outputs } = make();
    expect(id).toBe("quiz");
    expect(outputs).toMatchObject({
      arn: expect.stringMatching(/^arn:aws:rds:eu-central-1:000000000000:db-proxy:prx-/) as string,
      endpoint: expect.stringMatching(
        /^quiz\.proxy-c[a-z0-9]{11}\.eu-central-1\.rds\.amazonaws\.com$/,
      ) as string,
      idleClientTimeout: 1800,
      vpcSecurityGroupIds: [given.group],
    });
  });

  it.each([
    [{}, "DBProxyAlreadyExistsFault", /already exists/],
    [
      { name: "b", roleArn: "arn:aws:iam::000000000000:role/none" },
      "InvalidParameterValue",
      /does not exist/,
    ],
    [{ name: "b", vpcSecurityGroupIds: ["sg-none"] }, "InvalidParameterValue", /which was not found/],
    [
      { name: "b", auths: [{ secretArn: "none" }] },
      "InvalidParameterValue",
      /The secret none does not exist/,
    ],
  ])("is refused with %j", (more, code, message) => {
    make();
    expect(() => make(more)).toThrow(expect.objectContaining({ code }) as Error);
    expect(() => make(more)).toThrow(message);
  });

  it("needs subnets in two zones, and a role that trusts RDS", () => {
    const [a = "", , c = ""] = given.subnets;
    expect(() => make({ vpcSubnetIds: [a, c] })).toThrow(
      "DB proxy needs subnets in at least two Availability Zones",
    );
    const other = given.account.make("aws:iam/role:Role", {
      name: "other",
      assumeRolePolicy: TRUST.replace("rds.amazonaws.com", "ec2.amazonaws.com"),
    });
    expect(() => make({ roleArn: other.outputs["arn"] ?? "" })).toThrow("does not trust rds.amazonaws.com");
  });

  it("holds its subnets and groups, and is not renamed", () => {
    const proxy = make();
    const group = given.account.get("aws:ec2/securityGroup:SecurityGroup", given.group);
    expect(() => group && given.account.remove(group)).toThrow("has a dependent object");
    expect(() => given.account.update(proxy, { ...proxy.inputs, name: "other" })).toThrow(
      "a change of its name is not modelled by the stand-in",
    );
  });

  it.each([
    [{ name: "-a" }, "name", /^must be at most 63/],
    [{ engineFamily: "MYSQL" }, "engineFamily", 'must be one of POSTGRESQL, got "MYSQL"'],
    [{ idleClientTimeout: 0 }, "idleClientTimeout", "must be between 1 and 28800, got 0"],
    [{ auths: [] }, "auths", "needs at least one entry with a secretArn"],
    [{ auths: [{}] }, "auths[0].secretArn", "is required with authScheme SECRETS"],
    [
      { auths: [{ secretArn: "a", iamAuth: "REQUIRED" }] },
      "auths[0].iamAuth",
      'must be one of DISABLED, got "REQUIRED"',
    ],
    [
      { auths: [{ secretArn: "a", clientPasswordAuthType: "POSTGRES_MD5" }] },
      "auths[0].clientPasswordAuthType",
      'must be one of POSTGRES_SCRAM_SHA_256, got "POSTGRES_MD5"',
    ],
  ])("refuses %j at the preview", (more, property, reason) => {
    expect(failures(PROXY, { ...inputs(), ...more })).toEqual([
      { property, reason: expect.stringMatching(reason) as string },
    ]);
  });
});

describe("the default target group", () => {
  const pool = (connectionPoolConfig: JsonObject) =>
    given.account.make(PROXY_TARGET_GROUP, { dbProxyName: "quiz", connectionPoolConfig });

  it("is the proxy's, with the service's own limits", () => {
    expect(() => pool({})).toThrow(new AwsError("DBProxyNotFoundFault", "DB proxy 'quiz' not found."));
    make();
    expect(pool({ maxConnectionsPercent: 80 })).toMatchObject({
      id: "quiz",
      outputs: {
        arn: expect.stringMatching(/:target-group:prx-tg-/) as string,
        name: "default",
        connectionPoolConfig: {
          connectionBorrowTimeout: 120,
          initQuery: "",
          maxConnectionsPercent: 80,
          maxIdleConnectionsPercent: 50,
          sessionPinningFilters: [],
        },
      },
    });
  });

  it("keeps idle connections within all connections", () => {
    const connectionPoolConfig = { maxConnectionsPercent: 40, maxIdleConnectionsPercent: 50 };
    expect(failures(PROXY_TARGET_GROUP, { connectionPoolConfig })).toEqual([
      {
        property: "connectionPoolConfig.maxIdleConnectionsPercent",
        reason: "must be at most maxConnectionsPercent (40), got 50",
      },
    ]);
  });
});

describe("targets", () => {
  it("is one writer in the proxy's network", () => {
    expect(() => target("quiz")).toThrow("DB proxy 'quiz' not found.");
    make();
    expect(() => target("quiz")).toThrow("DBInstance quiz not found.");
    const primary = makePrimary(given);
    makeReplica(given, "copy");
    expect(() => target("copy")).toThrow("DB instance copy is a read replica");
    expect(target("quiz")).toMatchObject({
      id: "quiz/default/RDS_INSTANCE/quiz",
      outputs: { endpoint: primary.outputs["address"], port: 5432, type: "RDS_INSTANCE" },
    });
    expect(() => target("quiz")).toThrow(
      expect.objectContaining({ code: "DBProxyTargetAlreadyRegisteredFault" }) as Error,
    );
  });

  it("is not registered with a proxy of another network", () => {
    make();
    const vpc = given.account.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" });
    const subnetIds = ["a", "b"].map(
      (zone, index) =>
        given.account.make("aws:ec2/subnet:Subnet", {
          vpcId: vpc.id,
          cidrBlock: `10.1.${index}.0/24`,
          availabilityZone: `eu-central-1${zone}`,
        }).id,
    );
    given.account.make("aws:rds/subnetGroup:SubnetGroup", { name: "far", subnetIds });
    makePrimary(given, { dbSubnetGroupName: "far", vpcSecurityGroupIds: [] });
    expect(() => target("quiz")).toThrow("DB instance quiz is not in the VPC of DB proxy quiz");
  });
});
