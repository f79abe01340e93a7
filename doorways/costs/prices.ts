import type { Figure, Price } from "./price.ts";

const NOTED = "2026-11-21";
const REGION = "eu-central-1";
const page = (path: string): string => `https://aws.amazon.com/${path}/pricing/`;

type Known = Readonly<Record<string, Price>>;

/** A price of eu-central-1, unless `rest` says otherwise. */
const price = (
  [dimension, unit]: readonly [string, string],
  path: string,
  figure?: Figure,
  rest?: Partial<Price>,
): Price => ({
  dimension,
  unit,
  region: REGION,
  noted: NOTED,
  page: page(path),
  ...(figure === undefined ? {} : { figure }),
  ...rest,
});

const bill = (usd: number, of: string, derived?: string): Figure => ({
  usd,
  source: "bill",
  of,
  ...(derived === undefined ? {} : { derived }),
});
const list = (usd: number, of?: string): Figure => ({
  usd,
  source: "list",
  ...(of === undefined ? {} : { of }),
});
const guide = (usd: number, of?: string): Figure => ({
  usd,
  source: "guide",
  ...(of === undefined ? {} : { of }),
});

/** No source had eu-central-1; what us-east-1 costs. */
const usEast = (figure: Figure): Partial<Price> => ({ elsewhere: { ...figure, region: "us-east-1" } });

const network: Known = {
  "nat.hours": price(["EUC1-NatGateway-Hours", "hour"], "vpc", bill(0.052, "2026-09")),
  "nat.bytes": price(["EUC1-NatGateway-Bytes", "GB"], "vpc", bill(0.052, "2026-09")),
  "ipv4.hours": price(["EUC1-PublicIPv4:InUseAddress", "hour"], "vpc", bill(0.005, "2026-09")),
  "endpoint.hours": price(["EUC1-VpcEndpoint-Hours", "hour"], "privatelink", list(0.012, "2026-09")),
  "endpoint.bytes": price(["EUC1-VpcEndpoint-Bytes", "GB"], "privatelink", list(0.01, "2026-09")),
  "zones.bytes": price(["EUC1-DataTransfer-Regional-Bytes", "GB"], "ec2", bill(0.01, "2026-09"), {
    page: "https://aws.amazon.com/ec2/pricing/on-demand/",
  }),
  "alb.hours": price(["EUC1-LoadBalancerUsage", "hour"], "elasticloadbalancing", list(0.027, "2026-09")),
  "alb.lcu": price(["EUC1-LCUUsage", "LCU-hour"], "elasticloadbalancing", list(0.008, "2026-09")),
};

const compute: Known = {
  "eks.hours": price(["EUC1-AmazonEKS-Hours:perCluster", "hour"], "eks", bill(0.1, "2026-09")),
  "node.hours": price(["EUC1-BoxUsage:c5a.large", "hour"], "ec2", list(0.087), {
    page: "https://aws.amazon.com/ec2/pricing/on-demand/",
  }),
  "node.fee": price(["EUC1-EKS-Auto:c5a.large-management-hours", "hour"], "eks", undefined, {
    elsewhere: {
      ...list(0.01044, "2026-10"),
      region: "ap-northeast-1, ap-northeast-2",
      derived: "12 % of the instance there (c6g.large, m7i.large), here of 0.087",
    },
  }),
  "node.disk": price(["EUC1-EBS:VolumeUsage.gp3", "GB-month"], "ebs", bill(0.0952, "2026-09")),
};

const database: Known = {
  "rds.db.t4g.medium": price(
    ["EUC1-InstanceUsage:db.t4g.medium", "hour"],
    "rds/postgresql",
    undefined,
    usEast(guide(0.065, "2026-06")),
  ),
  "rds.db.m7g.large": price(
    ["EUC1-InstanceUsage:db.m7g.large", "hour"],
    "rds/postgresql",
    undefined,
    usEast(guide(0.168, "2026-06")),
  ),
  "rds.gp3": price(
    ["EUC1-RDS:GP3-Storage", "GB-month"],
    "rds/postgresql",
    bill(0.137, "2026-06", "2.74 for a month of the smallest volume, 20 GiB"),
  ),
  "rds.backup": price(
    ["EUC1-RDS:ChargedBackupUsage", "GB-month"],
    "rds/postgresql",
    undefined,
    usEast(guide(0.095, "2026-06")),
  ),
  "rds.proxy": price(["EUC1-RDS:ProxyUsage", "vCPU-hour"], "rds/proxy", undefined, usEast(list(0.015))),
};

const node = (type: string, usd: number): Price =>
  price([`EUC1-NodeUsage:${type} (Valkey)`, "hour"], "elasticache", undefined, usEast(list(usd, "2026-10")));

const cache: Known = {
  "elasticache.valkey.cache.t4g.small": node("cache.t4g.small", 0.0256),
  "elasticache.valkey.cache.t4g.medium": node("cache.t4g.medium", 0.052),
  "elasticache.valkey.cache.m7g.large": node("cache.m7g.large", 0.1264),
};

const security: Known = {
  "kms.keys": price(["eu-central-1-KMS-Keys", "key-month"], "kms", bill(1, "2026-09")),
  "kms.requests": price(["eu-central-1-KMS-Requests", "request"], "kms", guide(0.000003, "2026-05")),
  "secrets.month": price(
    ["EUC1-AWSSecretsManager-Secrets", "secret-month"],
    "secrets-manager",
    guide(0.4, "2026"),
  ),
  "secrets.requests": price(["EUC1-AWSSecretsManagerAPIRequest", "request"], "secrets-manager", undefined, {
    elsewhere: { ...list(0.000005, "2026-09"), region: "ap-southeast-1" },
  }),
};

const edge: Known = {
  "cloudfront.requests": price(
    ["EU-Requests-Tier2-HTTPS", "request"],
    "cloudfront",
    guide(0.0000012, "2026-03"),
    { region: "Europe" },
  ),
  "cloudfront.bytes": price(
    ["EU-DataTransfer-Out-Bytes", "GB"],
    "cloudfront",
    { usd: 0.085, source: "page" },
    { region: "Europe" },
  ),
  "waf.acl": price(["WebACLV2", "month"], "waf", guide(5, "2026-05"), { region: "global" }),
  "waf.rule": price(["RuleV2", "rule-month"], "waf", guide(1, "2026-05"), { region: "global" }),
  "waf.requests": price(["RequestV2-16KB", "request"], "waf", guide(0.0000006, "2026-05"), {
    region: "global",
  }),
  "s3.storage": price(["EUC1-TimedStorage-ByteHrs", "GB-month"], "s3", list(0.0245, "2026-09")),
  "s3.puts": price(["EUC1-Requests-Tier1", "request"], "s3", list(0.0000054, "2026-09")),
  "ecr.storage": price(["EUC1-TimedStorage-ByteHrs (ECR)", "GB-month"], "ecr", guide(0.1)),
};

const observability: Known = {
  "alarm.metrics": price(["EUC1-CW:AlarmMonitorUsage", "metric-month"], "cloudwatch", undefined, {
    elsewhere: { ...list(0.1), region: "ap-southeast-1" },
  }),
  "dashboard.month": price(
    ["DashboardsUsageHour-Basic", "dashboard-month"],
    "cloudwatch",
    guide(3, "2026-03"),
    { region: "global" },
  ),
  "logs.bytes": price(
    ["EUC1-DataProcessing-Bytes, EUC1-VendedLog-Bytes", "GB"],
    "cloudwatch",
    bill(0.63, "2026-09"),
  ),
  "logs.storage": price(
    ["EUC1-TimedStorage-ByteHrs (Logs)", "GB-month"],
    "cloudwatch",
    undefined,
    usEast(guide(0.03, "2026-03")),
  ),
  "wafLogs.bytes": price(["USE1-VendedLog-Bytes", "GB"], "cloudwatch", guide(0.5, "2026-03"), {
    region: "us-east-1",
  }),
};

const PRICES: Known = {
  ...network,
  ...compute,
  ...database,
  ...cache,
  ...security,
  ...edge,
  ...observability,
};

/** Everything the table holds, by key. */
export const prices = PRICES;

/** The table's entry; an error that says what to add when there is none. */
export function priceOf(key: string, table: Known = PRICES): Price {
  const found = table[key];
  if (found === undefined)
    throw new Error(`no price is noted for ${key}: add it to doorways/costs/prices.ts, with its source`);
  return found;
}
