import { HOURS, type Line } from "./line.ts";

export type Billed = "staging" | "prod";

interface Assumption extends Readonly<Record<Billed, number>> {
  readonly what: string;
  readonly unit: string;
  /** Where the quantity comes from, or what it stands for. */
  readonly why: string;
}

/** What a month's traffic is assumed to be. Measured figures belong here once there are any. */
export const ASSUMPTIONS = {
  requests: {
    what: "Requests of viewers, in Europe and by https",
    unit: "requests",
    staging: 5_000_000,
    prod: 100_000_000,
    why: "2 and 38 a second on average",
  },
  viewerGb: { what: "Sent to viewers", unit: "GB", staging: 50, prod: 1000, why: "10 kB a request" },
  lcus: {
    what: "Load balancer's capacity units, on average",
    unit: "LCU",
    staging: 0.1,
    prod: 1,
    why: "half of the gigabytes miss the CDN's cache: 0.03 and 0.7 GB an hour, and one unit is 1 GB",
  },
  moreNodeHours: {
    what: "Nodes beyond the fewest",
    unit: "node-hours",
    staging: 100,
    prod: 1460,
    why: "the other colour during a release; in prod two more nodes on average",
  },
  natGb: {
    what: "Through NAT gateways",
    unit: "GB",
    staging: 10,
    prod: 50,
    why: "calls of services without an endpoint; images come from S3",
  },
  endpointGb: {
    what: "Through interface endpoints",
    unit: "GB",
    staging: 20,
    prod: 200,
    why: "logs, registry, API calls",
  },
  zoneGb: {
    what: "Between zones",
    unit: "GB",
    staging: 50,
    prod: 1000,
    why: "two of three requests to a pod, a database or a cache meet another zone; both sides are charged",
  },
  logGb: {
    what: "Logs taken in",
    unit: "GB",
    staging: 30,
    prod: 150,
    why: "flow logs, five control-plane logs, PostgreSQL, pooler, slow logs, Enhanced Monitoring",
  },
  storedLogGb: {
    what: "Logs kept, compressed to 15 %",
    unit: "GB",
    staging: 4.5,
    prod: 270,
    why: "30 days; 12 months once a year has passed",
  },
  wafLogGb: {
    what: "Firewall's log of what it refuses",
    unit: "GB",
    staging: 0.1,
    prod: 1,
    why: "us-east-1, where CloudFront's log has to be",
  },
  bucketGb: {
    what: "Access logs and assets kept",
    unit: "GB",
    staging: 2,
    prod: 61,
    why: "20 GB of logs per 100 million requests, kept 30 and 90 days; assets 1 GB",
  },
  puts: { what: "Log files written to S3", unit: "files", staging: 10_000, prod: 100_000, why: "both logs" },
  imageGb: {
    what: "Images in the registry",
    unit: "GB",
    staging: 5,
    prod: 20,
    why: "0.1 GB of own layers an image, as many as are kept",
  },
  backupGb: {
    what: "Backups beyond the database's size",
    unit: "GB",
    staging: 0,
    prod: 100,
    why: "as much as the storage is free; 35 days of WAL are more",
  },
  keyRequests: {
    what: "Asked of KMS",
    unit: "requests",
    staging: 100_000,
    prod: 1_000_000,
    why: "volumes, logs, secrets",
  },
  secretRequests: {
    what: "Secrets read",
    unit: "requests",
    staging: 10_000,
    prod: 100_000,
    why: "by the pooler",
  },
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionKey = keyof typeof ASSUMPTIONS;

/** By which prices a quantity is charged, and how many of a price's units one is. */
const CHARGES: Readonly<Record<AssumptionKey, Readonly<Record<string, number>>>> = {
  requests: { "cloudfront.requests": 1, "waf.requests": 1 },
  viewerGb: { "cloudfront.bytes": 1 },
  lcus: { "alb.lcu": HOURS },
  moreNodeHours: { "node.hours": 1, "node.fee": 1 },
  natGb: { "nat.bytes": 1 },
  endpointGb: { "endpoint.bytes": 1 },
  // Each side pays.
  zoneGb: { "zones.bytes": 2 },
  logGb: { "logs.bytes": 1 },
  storedLogGb: { "logs.storage": 1 },
  wafLogGb: { "wafLogs.bytes": 1 },
  bucketGb: { "s3.storage": 1 },
  puts: { "s3.puts": 1 },
  imageGb: { "ecr.storage": 1 },
  backupGb: { "rds.backup": 1 },
  keyRequests: { "kms.requests": 1 },
  secretRequests: { "secrets.requests": 1 },
};

/** Where one quantity is charged twice, what for. */
const SECOND: Readonly<Record<string, string>> = {
  "waf.requests": "The same at the firewall",
  "node.fee": "Auto Mode's fee on them",
};

/** What the assumed traffic is charged as. */
export function usageLines(environment: Billed): readonly Line[] {
  return (Object.keys(ASSUMPTIONS) as AssumptionKey[]).flatMap((key) => {
    const { what, unit, [environment]: quantity } = ASSUMPTIONS[key];
    return Object.entries(CHARGES[key]).map(([price, units]): Line => {
      const times = units === 1 ? "" : ` × ${units}`;
      const arithmetic = `${quantity.toLocaleString("en-US")} ${unit}${times}`;
      return { what: SECOND[price] ?? what, price, quantity: quantity * units, arithmetic };
    });
  });
}
