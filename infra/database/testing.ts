/** What the tests of the database share: a good one's arguments, and the children it made. */
import { Children } from "../testing/children.ts";
import { Database, type DatabaseArgs } from "./database.ts";

export const INSTANCE = "aws:rds/instance:Instance";
export const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const LOGS = "aws:cloudwatch/logGroup:LogGroup";
export const PROXY = "aws:rds/proxy:Proxy database-pooler";

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

export const PASSWORDS: Readonly<Record<string, string>> = {
  "database-admin": "admin-password",
  "database-read-write": "rw-password",
  "database-read-only": "ro-password",
};

/** Without a wait for the children: the arguments need not be known yet. */
export function begin(change: Partial<DatabaseArgs>) {
  const children = new Children((type, name, inputs) => {
    if (type === "random:index/randomPassword:RandomPassword") return { result: PASSWORDS[name] };
    if (type === "random:index/randomId:RandomId") return { hex: "0a1b2c3d" };
    if (type === INSTANCE) return { address: `${String(inputs["identifier"])}.test` };
    if (type === "aws:rds/proxy:Proxy") return { endpoint: "pooler.test" };
    return type === "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup" ? { name: "default" } : {};
  });
  return { database: new Database("database", { ...ARGS, ...change }, children.options), children };
}

export async function make(change: Partial<DatabaseArgs> = {}) {
  const { database, children } = begin(change);
  return { database, children: await children.all() };
}

/** How the engine marks a secret among a resource's inputs. */
export const secret = (text: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value: text,
});
