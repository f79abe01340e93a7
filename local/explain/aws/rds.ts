import type { ExplainTable } from "../classification.ts";

const POSTGRES = "PostgreSQL";
const POOLER = "PgBouncer";
const FILTER = "nftables in its hosts' namespaces";
const RECORDED = "recorded: nobody reads it here";
const NO_LIMIT = "checked (storage never shrinks); an instance takes what the machine has";
const EVENTS = "recorded: no event is sent";

export const rds: ExplainTable = {
  "aws:rds/eventSubscription:EventSubscription": {
    stored: { [EVENTS]: ["eventCategories", "snsTopic", "sourceIds", "sourceType", "tags"] },
  },
  "aws:rds/instance:Instance": {
    enforced: {
      [POSTGRES]: [
        "availabilityZone",
        "dbName",
        "dbSubnetGroupName",
        "identifier",
        "multiAz",
        "parameterGroupName",
        "password",
        "port",
        "replicateSourceDb",
        "username",
      ],
      [FILTER]: ["vpcSecurityGroupIds"],
      "PostgreSQL: base backups and WAL archive of so many days; 0 is refused with replicas": [
        "backupRetentionPeriod",
      ],
      "PostgreSQL: what stays when the instance is deleted": [
        "deleteAutomatedBackups",
        "finalSnapshotIdentifier",
        "skipFinalSnapshot",
      ],
      "PostgreSQL; another engine or a newer major version than the machine's is refused": [
        "engine",
        "engineVersion",
      ],
      "PostgreSQL's buffers by its size, at a scale of the region's own; CPU and memory are the machine's": [
        "instanceClass",
      ],
      "the model refuses deletion": ["deletionProtection"],
      "true is refused": ["publiclyAccessible"],
    },
    stored: {
      [RECORDED]: ["tags"],
      [NO_LIMIT]: ["allocatedStorage", "maxAllocatedStorage", "storageType"],
      "a base backup is taken a day after the last": ["backupWindow"],
      "nothing waits for a window": ["maintenanceWindow"],
      "the certificate is from the region's own authority": ["caCertIdentifier"],
      "there is one major version to be at": ["allowMajorVersionUpgrade"],
      "recorded: nothing is written into log groups": ["enabledCloudwatchLogsExports"],
      "recorded: nothing is encrypted with KMS keys; the key must exist": ["kmsKeyId", "storageEncrypted"],
      "recorded: nothing measures": [
        "monitoringInterval",
        "monitoringRoleArn",
        "performanceInsightsEnabled",
        "performanceInsightsKmsKeyId",
        "performanceInsightsRetentionPeriod",
      ],
    },
    inert: {
      "every change is made at once": ["applyImmediately"],
      "the version is that of this machine's Debian package": ["autoMinorVersionUpgrade"],
      "snapshots have no tags": ["copyTagsToSnapshot"],
    },
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    enforced: {
      [POSTGRES]: ["parameters.name", "parameters.value"],
      "the model refuses a group of another major version": ["family"],
    },
    stored: {
      [RECORDED]: ["description", "tags"],
      "what is static waits for the next start by itself, all else is set at once": [
        "parameters.applyMethod",
      ],
    },
  },
  "aws:rds/proxy:Proxy": {
    enforced: {
      [POOLER]: ["auths.secretArn", "idleClientTimeout", "name", "requireTls"],
      [FILTER]: ["vpcSecurityGroupIds"],
      "PgBouncer: only secrets that the role's policies admit": ["roleArn"],
      "PgBouncer, in the first of them": ["vpcSubnetIds"],
      "PgBouncer; other values are refused": [
        "auths.authScheme",
        "auths.clientPasswordAuthType",
        "auths.iamAuth",
        "engineFamily",
      ],
    },
    stored: { [RECORDED]: ["tags"] },
  },
  "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": {
    enforced: {
      [POOLER]: [
        "connectionPoolConfig.connectionBorrowTimeout",
        "connectionPoolConfig.maxConnectionsPercent",
        "dbProxyName",
      ],
    },
    stored: {
      "PgBouncer closes idle connections by their age, not by their number": [
        "connectionPoolConfig.maxIdleConnectionsPercent",
      ],
    },
  },
  "aws:rds/proxyTarget:ProxyTarget": {
    enforced: {
      [POOLER]: ["dbInstanceIdentifier", "dbProxyName"],
      "a proxy has one target group; another name is refused": ["targetGroupName"],
    },
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    enforced: { "PostgreSQL: places for servers": ["subnetIds"] },
    stored: { [RECORDED]: ["description", "tags"] },
  },
};
