import { value } from "../testing/children.ts";
import { EGRESS, INGRESS, INSTANCE, LOGS, make, PROXY } from "./testing.ts";

describe("Database", () => {
  it("makes these children and no other", async () => {
    const { children } = await make();
    const users = ["admin", "read-only", "read-write"];
    expect(Object.keys(children).sort()).toEqual(
      [
        `${LOGS} database-pooler`,
        `${LOGS} database-primary-postgresql`,
        `${LOGS} database-primary-upgrade`,
        `${LOGS} database-replica-1-postgresql`,
        `${LOGS} database-replica-2-postgresql`,
        "aws:ec2/securityGroup:SecurityGroup database-instances",
        "aws:ec2/securityGroup:SecurityGroup database-pooler",
        "aws:iam/role:Role database-pooler",
        "aws:iam/rolePolicy:RolePolicy database-pooler",
        `${INSTANCE} database-primary`,
        `${INSTANCE} database-replica-1`,
        `${INSTANCE} database-replica-2`,
        "aws:rds/parameterGroup:ParameterGroup database",
        PROXY,
        "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup database-pooler",
        "aws:rds/proxyTarget:ProxyTarget database-pooler",
        "aws:rds/subnetGroup:SubnetGroup database",
        ...users.map((user) => `aws:secretsmanager/secret:Secret database-${user}`),
        ...users.map((user) => `aws:secretsmanager/secretVersion:SecretVersion database-${user}`),
        `${EGRESS} database-pooler-to-instances`,
        `${INGRESS} database-from-cluster`,
        `${INGRESS} database-from-pooler`,
        `${INGRESS} database-pooler-from-cluster`,
        ...users.map((user) => `random:index/randomPassword:RandomPassword database-${user}`),
        "twinstack:database:Database database",
      ].sort(),
    );
  });

  it("makes the log groups itself, encrypted and with an end", async () => {
    const { children } = await make();
    const groups = Object.entries(children).filter(([key]) => key.startsWith(LOGS));
    expect(groups.map(([, { inputs }]) => inputs["name"]).sort()).toEqual([
      "/aws/rds/instance/twinstack-test-replica-1/postgresql",
      "/aws/rds/instance/twinstack-test-replica-2/postgresql",
      "/aws/rds/instance/twinstack-test/postgresql",
      "/aws/rds/instance/twinstack-test/upgrade",
      "/aws/rds/proxy/twinstack-test",
    ]);
    for (const [, { inputs }] of groups) {
      expect(inputs).toMatchObject({ retentionInDays: 30, kmsKeyId: "arn:log-key" });
    }
  });

  it("tells where to write, to migrate and to read", async () => {
    const { database } = await make();
    expect(await value(database.writer)).toEqual({ host: "pooler.test", port: 5432 });
    expect(await value(database.primary)).toEqual({ host: "twinstack-test.test", port: 5432 });
    expect(await value(database.readers)).toEqual([
      { host: "twinstack-test-replica-1.test", port: 5432 },
      { host: "twinstack-test-replica-2.test", port: 5432 },
    ]);
    expect(await value(database.databaseName)).toBe("quiz");
    expect(await value(database.primaryIdentifier)).toBe("twinstack-test");
  });

  it("has no readers without replicas", async () => {
    const { database, children } = await make({ readReplicas: 0, multiAz: false });
    expect(await value(database.readers)).toEqual([]);
    expect(Object.keys(children).filter((key) => key.startsWith(INSTANCE))).toEqual([
      `${INSTANCE} database-primary`,
    ]);
    expect(children[`${INSTANCE} database-primary`]?.inputs["multiAz"]).toBe(false);
  });
});
