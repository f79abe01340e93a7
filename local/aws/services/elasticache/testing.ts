/** What tests of ElastiCache's models and of its part share. */

/** A replication group's inputs but its names and its token: a primary and a replica in the subnet group `data`. */
export const TWO_NODES = {
  engine: "redis",
  engineVersion: "7.0",
  nodeType: "cache.t4g.micro",
  numCacheClusters: 2,
  automaticFailoverEnabled: true,
  multiAzEnabled: true,
  transitEncryptionEnabled: true,
  subnetGroupName: "data",
} as const;
