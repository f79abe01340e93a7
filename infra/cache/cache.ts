import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createCacheGroup } from "./group.ts";
import { CACHE_PORT, type CacheArgs, type CacheEndpoint } from "./options.ts";

/**
 * Two replication groups on ElastiCache: `cache`, which evicts what was used least recently, and `queue`, which never
 * evicts, as BullMQ demands. TLS and a token for both; nothing but the cluster's pods can connect.
 *
 * Replication is asynchronous, so the last writes before a failover can be lost, and without snapshots nothing is on
 * disk: neither group may hold what exists nowhere else.
 *
 * Cost: per group `nodes` × its node type by the hour (Valkey costs 20 % less than Redis OSS), the gigabytes of
 * snapshots beyond one per group, traffic between zones for replication, 1 secret by the month; together the
 * ingestion and storage of the slow logs, and requests to KMS.
 */
export class Cache extends pulumi.ComponentResource {
  readonly cache: CacheEndpoint;
  readonly queue: CacheEndpoint;
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:cache:Cache", name, {}, opts);

    const subnets = new aws.elasticache.SubnetGroup(
      name,
      { description: "Isolated data subnets", subnetIds: args.subnetIds, tags: args.tags },
      { parent: this },
    );
    const security = createSecurityGroup(name, args, this);
    const place = { subnetGroupName: subnets.name, securityGroupId: security.id };

    this.cache = createCacheGroup(`${name}-cache`, "cache", place, args, this);
    this.queue = createCacheGroup(`${name}-queue`, "queue", place, args, this);
    this.securityGroupId = security.id;
    this.registerOutputs({
      cache: this.cache,
      queue: this.queue,
      securityGroupId: this.securityGroupId,
    });
  }
}

/** In from the pods on the one port, out to nowhere: replication between the nodes is AWS's own and needs no rule. */
function createSecurityGroup(name: string, args: CacheArgs, parent: pulumi.Resource): aws.ec2.SecurityGroup {
  const group = new aws.ec2.SecurityGroup(
    name,
    { vpcId: args.vpcId, description: "Cache and queue", tags: { ...args.tags, Name: name } },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-from-cluster`,
    {
      securityGroupId: group.id,
      description: "Redis from the pods",
      ipProtocol: "tcp",
      fromPort: CACHE_PORT,
      toPort: CACHE_PORT,
      referencedSecurityGroupId: args.clusterSecurityGroupId,
    },
    { parent },
  );
  return group;
}
