import * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Database, type DatabaseArgs } from "./database.ts";

const INSTANCE = "aws:rds/instance:Instance";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";
const PROXY = "aws:rds/proxy:Proxy database-pooler";

const ARGS: DatabaseArgs = {
  identifier: "twinstack-test",
  region: "eu-central-1",
  vpcId: "vpc-1",
  subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
  zones: ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
  clusterSecurityGroupId: "sg-cluster",
  dataKeyArn: "arn:data-key",
  logKeyArn: "arn:log-key",
  databaseName: "quiz",
  engineVersion: "15",
  allowMajorVersionUpgrade: false,
  instanceClass: "db.t4g.micro",
  allocatedStorageGiB: 20,
  maxAllocatedStorageGiB: 100,
  multiAz: true,
  readReplicas: 2,
  backupRetentionDays: 7,
  backupWindow: "02:00-03:00",
  maintenanceWindow: "sun:03:30-sun:04:30",
  applyImmediately: false,
  finalSnapshot: false,
  monitoringIntervalSeconds: 0,
  performanceInsights: false,
  logRetentionDays: 30,
  slowQueryMillis: 500,
  parameters: [],
  poolerIdleSeconds: 1800,
  protect: false,
  tags: { team: "a" },
};

const PASSWORDS: Readonly<Record<string, string>> = {
  "database-admin": "admin-password",
  "database-read-write": "rw-password",
  "database-read-only": "ro-password",
};

function begin(change: Partial<DatabaseArgs>) {
  const children = new Children((type, name, inputs) => {
    if (type === "random:index/randomPassword:RandomPassword") return { result: PASSWORDS[name] };
    if (type === "random:index/randomId:RandomId") return { hex: "0a1b2c3d" };
    if (type === INSTANCE) return { address: `${String(inputs["identifier"])}.test` };
    if (type === "aws:rds/proxy:Proxy") return { endpoint: "pooler.test" };
    return type === "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup" ? { name: "default" } : {};
  });
  return { database: new Database("database", { ...ARGS, ...change }, children.options), children };
}

async function make(change: Partial<DatabaseArgs> = {}) {
  const { database, children } = begin(change);
  return { database, children: await children.all() };
}

/** How the engine marks a secret among a resource's inputs. */
const secret = (text: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: text,
});

const COMMON = {
  instanceClass: "db.t4g.micro",
  storageType: "gp3",
  storageEncrypted: true,
  maxAllocatedStorage: 100,
  parameterGroupName: "database",
  vpcSecurityGroupIds: ["database-instances-id"],
  port: 5432,
  publiclyAccessible: false,
  caCertIdentifier: "rds-ca-rsa2048-g1",
  autoMinorVersionUpgrade: false,
  applyImmediately: false,
  maintenanceWindow: "sun:03:30-sun:04:30",
  copyTagsToSnapshot: true,
  monitoringInterval: 0,
  performanceInsightsEnabled: false,
};

const PRIMARY = {
  ...COMMON,
  identifier: "twinstack-test",
  engine: "postgres",
  engineVersion: "15",
  allowMajorVersionUpgrade: false,
  allocatedStorage: 20,
  kmsKeyId: "arn:data-key",
  multiAz: true,
  dbSubnetGroupName: "database",
  dbName: "quiz",
  username: "twinstack_admin",
  password: secret("admin-password"),
  backupRetentionPeriod: 7,
  backupWindow: "02:00-03:00",
  enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
  deletionProtection: false,
  deleteAutomatedBackups: true,
  skipFinalSnapshot: true,
  tags: { team: "a", Name: "twinstack-test" },
};

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

  it("makes an encrypted primary in no zone of its own choosing", async () => {
    const { children } = await make();
    const primary = children[`${INSTANCE} database-primary`];
    expect(primary?.inputs).toEqual(PRIMARY);
    expect(primary?.options.protect).toBe(false);
    expect(children["aws:rds/subnetGroup:SubnetGroup database"]?.inputs).toMatchObject({
      subnetIds: ["subnet-a", "subnet-b", "subnet-c"],
    });
  });

  it("spreads replicas over the zones, and leaves them there", async () => {
    const { children } = await make({ readReplicas: 3 });
    const replicas = [1, 2, 3].map((number) => children[`${INSTANCE} database-replica-${number}`]);
    expect(replicas.map((replica) => replica?.inputs)).toEqual(
      ["eu-central-1b", "eu-central-1c", "eu-central-1a"].map((availabilityZone, index) => ({
        ...COMMON,
        identifier: `twinstack-test-replica-${index + 1}`,
        replicateSourceDb: "twinstack-test",
        availabilityZone,
        multiAz: false,
        enabledCloudwatchLogsExports: ["postgresql"],
        skipFinalSnapshot: true,
        tags: { team: "a", Name: `twinstack-test-replica-${index + 1}` },
      })),
    );
    expect(replicas.map((replica) => replica?.options.ignoreChanges)).toEqual(
      Array(3).fill(["availabilityZone"]),
    );
  });

  it("is protected in Pulumi and in RDS when asked, and keeps a last snapshot of a new name", async () => {
    const { children } = await make({ protect: true, finalSnapshot: true });
    const primary = children[`${INSTANCE} database-primary`];
    expect(primary?.options.protect).toBe(true);
    expect(primary?.inputs).toEqual({
      ...PRIMARY,
      deletionProtection: true,
      deleteAutomatedBackups: false,
      skipFinalSnapshot: false,
      finalSnapshotIdentifier: "twinstack-test-final-0a1b2c3d",
    });
    expect(children["aws:secretsmanager/secret:Secret database-admin"]?.inputs["recoveryWindowInDays"]).toBe(
      30,
    );
  });

  it("watches the instances when asked, by a role for that alone", async () => {
    const { children } = await make({ monitoringIntervalSeconds: 60, performanceInsights: true });
    for (const instance of ["primary", "replica-1", "replica-2"]) {
      expect(children[`${INSTANCE} database-${instance}`]?.inputs).toMatchObject({
        monitoringInterval: 60,
        monitoringRoleArn: "arn:database-monitoring",
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: "arn:data-key",
        performanceInsightsRetentionPeriod: 7,
      });
    }
    expect(children["aws:iam/rolePolicyAttachment:RolePolicyAttachment database-monitoring"]?.inputs).toEqual(
      {
        role: "database-monitoring",
        policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
      },
    );
  });

  it("forces TLS, logs slow statements alone, and takes what the configuration adds or changes", async () => {
    const { children } = await make({
      engineVersion: "16",
      parameters: [
        { name: "log_lock_waits", value: "0" },
        { name: "max_connections", value: "84", restart: true },
      ],
    });
    expect(children["aws:rds/parameterGroup:ParameterGroup database"]?.inputs).toEqual({
      family: "postgres16",
      description: "PostgreSQL 16 of twinstack-test",
      parameters: [
        { name: "idle_in_transaction_session_timeout", value: "60000", applyMethod: "immediate" },
        { name: "log_lock_waits", value: "0", applyMethod: "immediate" },
        { name: "log_min_duration_statement", value: "500", applyMethod: "immediate" },
        { name: "log_temp_files", value: "10240", applyMethod: "immediate" },
        { name: "max_connections", value: "84", applyMethod: "pending-reboot" },
        { name: "password_encryption", value: "scram-sha-256", applyMethod: "immediate" },
        { name: "pg_stat_statements.track", value: "all", applyMethod: "immediate" },
        { name: "rds.force_ssl", value: "1", applyMethod: "immediate" },
        { name: "shared_preload_libraries", value: "pg_stat_statements", applyMethod: "pending-reboot" },
        { name: "track_io_timing", value: "1", applyMethod: "immediate" },
      ],
      tags: { team: "a" },
    });
  });

  it("keeps each user's password in an encrypted secret", async () => {
    const { children, database } = await make();
    const users = { admin: "twinstack_admin", "read-write": "app_rw", "read-only": "app_ro" };
    for (const [child, username] of Object.entries(users)) {
      expect(children[`random:index/randomPassword:RandomPassword database-${child}`]?.inputs).toEqual({
        length: 40,
        special: false,
      });
      expect(children[`aws:secretsmanager/secret:Secret database-${child}`]?.inputs).toEqual({
        description: `${username} of twinstack-test`,
        kmsKeyId: "arn:data-key",
        recoveryWindowInDays: 0,
        tags: { team: "a" },
      });
      const version = children[`aws:secretsmanager/secretVersion:SecretVersion database-${child}`];
      expect(version?.inputs["secretId"]).toBe(`database-${child}-id`);
      const password = PASSWORDS[`database-${child}`];
      expect(version?.inputs["secretString"]).toEqual(secret(JSON.stringify({ username, password })));
    }
    expect(await pulumi.isSecret(database.credentials)).toBe(true);
    expect(await value(database.credentials)).toEqual({
      admin: { username: "twinstack_admin", password: "admin-password" },
      readWrite: { username: "app_rw", password: "rw-password" },
      readOnly: { username: "app_ro", password: "ro-password" },
    });
  });

  it("pools the writes of app_rw alone, over TLS alone, and leaves connections to others", async () => {
    const { children } = await make();
    expect(children[PROXY]?.inputs).toEqual({
      name: "twinstack-test",
      engineFamily: "POSTGRESQL",
      requireTls: true,
      roleArn: "arn:database-pooler",
      auths: [
        {
          authScheme: "SECRETS",
          iamAuth: "DISABLED",
          clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256",
          secretArn: "arn:database-read-write",
        },
      ],
      idleClientTimeout: 1800,
      vpcSubnetIds: ["subnet-a", "subnet-b", "subnet-c"],
      vpcSecurityGroupIds: ["database-pooler-id"],
      tags: { team: "a" },
    });
    expect(
      children["aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup database-pooler"]?.inputs,
    ).toEqual({
      dbProxyName: "twinstack-test",
      connectionPoolConfig: {
        connectionBorrowTimeout: 10,
        maxConnectionsPercent: 80,
        maxIdleConnectionsPercent: 40,
      },
    });
    expect(children["aws:rds/proxyTarget:ProxyTarget database-pooler"]?.inputs).toEqual({
      dbProxyName: "twinstack-test",
      targetGroupName: "default",
      dbInstanceIdentifier: "twinstack-test",
    });
  });

  it("lets the pooler read that secret and its key, and nothing else", async () => {
    const { children } = await make();
    const policy = children["aws:iam/rolePolicy:RolePolicy database-pooler"];
    expect(policy?.inputs["role"]).toBe("database-pooler-id");
    expect(JSON.parse(policy?.inputs["policy"] as string)).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "secretsmanager:GetSecretValue",
          Resource: ["arn:database-read-write"],
        },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: "arn:data-key",
          Condition: { StringEquals: { "kms:ViaService": "secretsmanager.eu-central-1.amazonaws.com" } },
        },
      ],
    });
    const trust: unknown = JSON.parse(
      children["aws:iam/role:Role database-pooler"]?.inputs["assumeRolePolicy"] as string,
    );
    expect(trust).toEqual({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Principal: { Service: "rds.amazonaws.com" }, Action: ["sts:AssumeRole"] },
      ],
    });
  });

  it("opens one port, from the cluster and the pooler alone", async () => {
    const { children } = await make();
    const port = { ipProtocol: "tcp", fromPort: 5432, toPort: 5432 };
    const rules = Object.entries(children)
      .filter(([key]) => key.startsWith(INGRESS) || key.startsWith(EGRESS))
      .map(([key, { inputs }]) => [
        key.split(" ")[1],
        inputs["referencedSecurityGroupId"],
        inputs["securityGroupId"],
        { ipProtocol: inputs["ipProtocol"], fromPort: inputs["fromPort"], toPort: inputs["toPort"] },
      ]);
    expect(rules.sort()).toEqual([
      ["database-from-cluster", "sg-cluster", "database-instances-id", port],
      ["database-from-pooler", "database-pooler-id", "database-instances-id", port],
      ["database-pooler-from-cluster", "sg-cluster", "database-pooler-id", port],
      ["database-pooler-to-instances", "database-instances-id", "database-pooler-id", port],
    ]);
  });

  it("does not wait for the cluster, which takes many minutes itself", async () => {
    let made = (_id: string): void => undefined;
    const clusterSecurityGroupId = new Promise<string>((resolve) => (made = resolve));
    const { database, children } = begin({ clusterSecurityGroupId });
    expect(await value(database.writer)).toEqual({ host: "pooler.test", port: 5432 });
    expect(await value(database.readers)).toHaveLength(2);
    made("sg-late");
    const rule = (await children.all())[`${INGRESS} database-from-cluster`];
    expect(rule?.inputs["referencedSecurityGroupId"]).toBe("sg-late");
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
