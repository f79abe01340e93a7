import { INSTANCE, make, secret } from "./testing.ts";

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
});
