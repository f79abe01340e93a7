import { askRegion, newAwsStack, recorded } from "./aws-fixture/stack.ts";
import { CHECKOUT, type EngineStack } from "./harness.ts";

/** The edge and what watches over it, on a network, a load balancer and a database of the plainest kind. */
function program(assetsFrom: "load-balancer" | "bucket"): string {
  return `
import * as pulumi from "@pulumi/pulumi";
import { AccessLogs } from "${CHECKOUT}/infra/edge/access-logs.ts";
import { Cdn } from "${CHECKOUT}/infra/edge/cdn.ts";
import { Alerts } from "${CHECKOUT}/infra/observability/alerts.ts";
import { Observability } from "${CHECKOUT}/infra/observability/observability.ts";
import { alertsStatements } from "${CHECKOUT}/infra/observability/topic-policy.ts";
import { keyPolicy } from "${CHECKOUT}/infra/security/key-policy.ts";

const accountId = "000000000000";
const tags = { team: "a" };
const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.42.0.0/16" });
const igw = new aws.ec2.InternetGateway("igw", { vpcId: vpc.id });
const subnetIds = ["a", "b"].map((zone, index) =>
  new aws.ec2.Subnet(zone, { vpcId: vpc.id, cidrBlock: \`10.42.\${index}.0/24\`, availabilityZone: \`eu-central-1\${zone}\` }).id);
const balancer = new aws.lb.LoadBalancer("balancer", { internal: true, subnets: subnetIds }, { dependsOn: igw });
const group = (colour: string) =>
  new aws.lb.TargetGroup(colour, { port: 8080, protocol: "HTTP", targetType: "ip", vpcId: vpc.id }).arn;
const placed = new aws.rds.SubnetGroup("database", { subnetIds });
const database = new aws.rds.Instance("database", {
  engine: "postgres", engineVersion: "15", instanceClass: "db.t4g.micro", allocatedStorage: 20, storageType: "gp3",
  dbSubnetGroupName: placed.name, username: "admin_of_all", password: pulumi.secret("correcthorsebatterystaple"), skipFinalSnapshot: true,
});
const key = new aws.kms.Key("alerts", {}, { ignoreChanges: ["policy"] });
const policy = new aws.kms.KeyPolicy("alerts", { keyId: key.id, policy: keyPolicy(accountId, alertsStatements()) });

const logs = new AccessLogs("logs", { accountId, retentionDays: 30, forceDelete: true, protect: false, tags });
const cdn = new Cdn("cdn", {
  distributionName: "edge-test",
  loadBalancer: { arn: balancer.arn, dnsName: balancer.dnsName },
  viewerProtocol: "redirect-to-https",
  assetsFrom: "${assetsFrom}",
  priceClass: "PriceClass_100",
  firewall: { rateLimit: 2000, rateWindowSeconds: 300, logRetentionDays: 30 },
  logBucketDomainName: logs.bucketDomainName,
  forceDelete: true,
  protect: false,
  tags,
});
const alerts = new Alerts("alerts", { accountId, keyArn: key.arn, emails: ["ops@example.com"], tags }, { dependsOn: policy });
new Observability("watch", {
  namePrefix: "edge-test",
  region: "eu-central-1",
  topicArn: alerts.topicArn,
  loadBalancer: { arn: balancer.arn, targetGroupArns: { blue: group("blue"), green: group("green") } },
  database: { primary: database.identifier, replicas: [], burstable: true },
  cache: { groupId: "cache", nodes: 2, burstable: true },
  queue: { groupId: "queue", nodes: 2, burstable: true },
  distributionId: cdn.distributionId,
  thresholds: {
    database: { cpuPercent: 80, freeStorageGiB: 2.5, connections: 60, replicaLagSeconds: 10, cpuCredits: 30 },
    cache: { engineCpuPercent: 80, memoryPercent: 80, replicationLagSeconds: 5, cpuCredits: 30 },
    loadBalancer: { errorPercent: 1, p99Seconds: 0.5 },
  },
  spending: { monthlyUsd: 100, anomalyUsd: 20 },
  tags,
});

export const url = cdn.url;
export const domainName = cdn.domainName;
`;
}

/** The access control, the bucket's policy, the page for 502–504; the distribution stays the same one. */
const FROM_BUCKET = ["create cdn-assets", "create cdn-assets", "create cdn-assets-unavailable", "update cdn"];

describe("the edge and its alarms on the AWS stand-in", () => {
  let stack: EngineStack;

  beforeAll(async () => {
    stack = await newAwsStack(program("load-balancer"));
  });
  afterAll(() => stack.dispose());

  it("previews with nothing made, comes up, and a second up changes nothing", async () => {
    expect(await stack.preview()).toMatchObject({ code: 0, errors: "" });
    expect((await askRegion(stack, "status", {})).resources).toBe(0);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("sees no drift where there is none", async () => {
    const before = await recorded(stack, /rds/);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(await recorded(stack, /rds/)).toEqual(before);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("takes the assets from the bucket instead, without a new distribution", async () => {
    const before = await stack.outputs();
    await stack.setProgram(`import * as aws from "@pulumi/aws";\n${program("bucket")}\n`);
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect([...up.changes].sort()).toEqual(FROM_BUCKET);
    expect(await stack.outputs()).toEqual(before);
    expect(before["url"]).toBe(`https://${before["domainName"] as string}`);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: [] });
  });

  it("goes, in an order AWS would allow, and leaves no record", async () => {
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect((await askRegion(stack, "status", {})).resources).toBe(0);
  });
});
