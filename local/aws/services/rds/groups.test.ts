import { UNKNOWN } from "../../../provider/provider.ts";
import { AwsError } from "../../model.ts";
import { EVENT_SUBSCRIPTION, PARAMETER_GROUP, SUBNET_GROUP } from "./references.ts";
import { failures, makePrimary, world, type World } from "./testing.ts";

let given: World;
beforeEach(() => {
  given = world();
});

describe("subnet groups", () => {
  it("answers as RDS does", () => {
    const made = given.account.get(SUBNET_GROUP, "data");
    expect(made?.outputs).toMatchObject({
      arn: "arn:aws:rds:eu-central-1:000000000000:subgrp:data",
      description: "Managed by Pulumi",
      supportedNetworkTypes: ["IPV4"],
      vpcId: given.vpc.id,
    });
  });

  it("needs two zones, subnets that are there, and a name of its own", () => {
    const make =
      (subnetIds: string[], name = "other") =>
      () =>
        given.account.make(SUBNET_GROUP, { name, subnetIds });
    const [a = "", , c = ""] = given.subnets;
    expect(make([a, c])).toThrow(
      new AwsError(
        "DBSubnetGroupDoesNotCoverEnoughAZs",
        "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: eu-central-1a. Add subnets to cover at least 2 AZs.",
      ),
    );
    expect(make(["subnet-gone", a])).toThrow(
      "Some input subnets in :[subnet-gone] are invalid: they do not exist",
    );
    expect(make([...given.subnets], "data")).toThrow("The DB subnet group 'data' already exists.");
  });

  it("stays while an instance uses it, and holds its subnets and the instance's groups", () => {
    const database = makePrimary(given);
    const { account } = given;
    const remove = (type: string, id: string) => () => {
      const found = account.get(type, id);
      if (found) account.remove(found);
    };
    expect(remove(SUBNET_GROUP, "data")).toThrow(
      "Cannot delete the subnet group 'data' because at least one database instance: quiz is still using it.",
    );
    expect(remove("aws:ec2/subnet:Subnet", given.subnets[1] ?? "")).toThrow("has dependencies");
    expect(remove("aws:ec2/securityGroup:SecurityGroup", given.group)).toThrow("has a dependent object");
    account.remove(database);
    expect(remove(SUBNET_GROUP, "data")).not.toThrow();
    expect(remove("aws:ec2/subnet:Subnet", given.subnets[1] ?? "")).not.toThrow();
    expect(remove("aws:ec2/securityGroup:SecurityGroup", given.group)).not.toThrow();
  });

  it.each(["default", "Data", "", "a/b"])("refuses the name %j at the preview", (name) => {
    expect(failures(SUBNET_GROUP, { name, subnetIds: [] })).toHaveLength(1);
  });
});

describe("parameter groups", () => {
  const make = (...parameters: { name: string; value: string; applyMethod?: string }[]) =>
    given.account.make(PARAMETER_GROUP, { name: "mine", family: "postgres15", parameters });

  it("takes what RDS has, formulas and libraries too", () => {
    const made = make(
      { name: "rds.force_ssl", value: "1" },
      { name: "log_min_duration_statement", value: "500" },
      {
        name: "shared_preload_libraries",
        value: "pg_stat_statements,auto_explain",
        applyMethod: "pending-reboot",
      },
      { name: "pg_stat_statements.track", value: "all" },
      {
        name: "max_connections",
        value: "LEAST({DBInstanceClassMemory/9531392},5000)",
        applyMethod: "pending-reboot",
      },
    );
    expect(made.outputs).toMatchObject({
      arn: "arn:aws:rds:eu-central-1:000000000000:pg:mine",
      name: "mine",
    });
    expect(make.bind(null)).toThrow("Parameter group mine already exists");
  });

  it.each([
    ["work_memm", "4096", "Could not find parameter with name: work_memm"],
    ["listen_addresses", "*", "The parameter listen_addresses cannot be modified."],
    ["rds.force_ssl", "on", "Invalid parameter value: on for: rds.force_ssl allowed values are: 0,1"],
    ["log_statement", "some", "for: log_statement allowed values are: none,ddl,mod,all"],
    ["work_mem", "1", "Invalid parameter value: 1 for: work_mem allowed values are: 64-2147483647"],
    ["work_mem", "4MB", "Invalid parameter value: 4MB for: work_mem"],
    ["constructor", "1", "Could not find parameter with name: constructor"],
  ])("refuses %s = %s", (name, value, message) => {
    expect(() => make({ name, value })).toThrow(message);
  });

  it("sets a static parameter only at the next restart, and no library of another's", () => {
    expect(() => make({ name: "max_connections", value: "100" })).toThrow(
      "cannot use immediate apply method for static parameter",
    );
    expect(() =>
      make({ name: "shared_preload_libraries", value: "evil", applyMethod: "pending-reboot" }),
    ).toThrow("Invalid parameter value: evil for: shared_preload_libraries");
  });

  it("checks an update as it checks a creation", () => {
    const made = make({ name: "work_mem", value: "8192" });
    const change = { ...made.inputs, parameters: [{ name: "work_mem", value: "none" }] };
    expect(() => given.account.update(made, change)).toThrow("Invalid parameter value: none for: work_mem");
  });

  it("stays while an instance uses it", () => {
    makePrimary(given);
    const used = given.account.get(PARAMETER_GROUP, "pg15");
    expect(() => used && given.account.remove(used)).toThrow(
      "One or more database instances are still members of this parameter group pg15",
    );
  });

  it.each([
    [{ family: "mysql8.0" }, "family", /^must be one of postgres14, postgres15/],
    [{ name: "a--b" }, "name", /no two in a row, got "a--b"/],
    [
      { parameters: [{ name: "a", value: "1", applyMethod: "now" }] },
      "parameters[0].applyMethod",
      /got "now"$/,
    ],
    [
      {
        parameters: [
          { name: "a", value: "1" },
          { name: "a", value: "2" },
        ],
      },
      "parameters[1].name",
      '"a" is there twice: set each parameter once',
    ],
  ])("refuses %j at the preview", (more, property, reason) => {
    expect(failures(PARAMETER_GROUP, { name: "a", family: "postgres15", ...more })).toEqual([
      { property, reason: expect.stringMatching(reason) as string },
    ]);
  });
});

describe("event subscriptions", () => {
  const TOPIC = "arn:aws:sns:eu-central-1:000000000000:alerts";
  const make = (more = {}) =>
    given.account.make(EVENT_SUBSCRIPTION, {
      name: "database",
      snsTopic: TOPIC,
      sourceType: "db-instance",
      ...more,
    });

  it("needs a topic and sources that are there", () => {
    expect(() => make()).toThrow(
      new AwsError("SNSTopicArnNotFound", `The SNS topic ARN ${TOPIC} does not exist.`),
    );
    given.account.records.push({
      urn: "urn:topic",
      type: "aws:sns/topic:Topic",
      id: TOPIC,
      inputs: {},
      outputs: { arn: TOPIC },
    });
    expect(() => make({ sourceIds: ["quiz"] })).toThrow(
      "The source quiz of type db-instance could not be found.",
    );
    makePrimary(given);
    expect(make({ sourceIds: ["quiz"] }).outputs).toMatchObject({
      arn: "arn:aws:rds:eu-central-1:000000000000:es:database",
      customerAwsId: "000000000000",
      enabled: true,
    });
  });

  it.each([
    [
      { sourceType: "db-instance", eventCategories: ["fire"] },
      "eventCategories",
      /^has "fire", which db-instance has not/,
    ],
    [{ sourceType: "db-cluster" }, "sourceType", /not modelled by the stand-in\), got "db-cluster"$/],
    [{ sourceIds: ["quiz"] }, "sourceType", "is required with sourceIds"],
  ])("refuses %j at the preview", (more, property, reason) => {
    expect(failures(EVENT_SUBSCRIPTION, { name: "a", snsTopic: UNKNOWN, ...more })).toEqual([
      { property, reason: expect.stringMatching(reason) as string },
    ]);
  });
});
