import * as pulumi from "@pulumi/pulumi";
import { Cache } from "../infra/cache/cache.ts";
import type { CacheEndpoint, CacheGroupOptions } from "../infra/cache/options.ts";
import { Cluster } from "../infra/cluster/cluster.ts";
import { Database } from "../infra/database/database.ts";
import { AccessLogs, LOAD_BALANCER_PREFIX } from "../infra/edge/access-logs.ts";
import { Cdn } from "../infra/edge/cdn.ts";
import { LoadBalancer } from "../infra/edge/load-balancer.ts";
import { GuardIdentity } from "../infra/guard/guard-identity.ts";
import { Network } from "../infra/network/network.ts";
import { Alerts } from "../infra/observability/alerts.ts";
import type { WatchedCache } from "../infra/observability/cache-alarms.ts";
import { Observability } from "../infra/observability/observability.ts";
import { alertsStatements } from "../infra/observability/topic-policy.ts";
import { Registry } from "../infra/registry/registry.ts";
import { ClusterRoles } from "../infra/security/cluster-roles.ts";
import { Keys } from "../infra/security/keys.ts";
import { AssetsUploader } from "../infra/service/assets-uploader.ts";
import type { PlatformConfig } from "./config.ts";
import { adminArn } from "./config/cluster.ts";
import { thresholdsOf } from "./config/observability.ts";
import type { PlatformOutputs } from "./platform-outputs.ts";

/** What an environment has of the AWS API, and outlives a release. It needs nothing of the Kubernetes API. */
export function platform(environment: string, config: PlatformConfig): PlatformOutputs {
  const { protect } = config;
  const region = config.account.region;
  const [accountId = ""] = config.account.allowedAccountIds;
  const fullName = `twinstack-${environment}`;
  const tags = { "twinstack:environment": environment };
  const common = { region, accountId, protect, tags };

  const roles = new ClusterRoles("roles", { tags });
  const keys = new Keys("keys", {
    ...common,
    clusterRoleArn: roles.clusterRoleArn,
    alertsStatements: alertsStatements(),
    deletionWindowDays: protect ? 30 : 7,
  });
  const alerts = new Alerts("alerts", {
    accountId,
    keyArn: keys.arns.alerts,
    emails: config.observability.emails,
    tags,
  });
  const network = new Network("network", { ...config.network, ...common, logKeyArn: keys.arns.logs });
  const images = { ...config.registry, ...common, keyArn: keys.arns.registry };
  const registry = new Registry("registry", { ...images, repositoryName: fullName });
  const guardRegistry = new Registry("guard-registry", { ...images, repositoryName: `${fullName}-guard` });
  const cluster = new Cluster("cluster", {
    ...config.cluster,
    ...common,
    adminPrincipals: config.cluster.adminPrincipals.map((principal) => adminArn(accountId, principal)),
    clusterName: fullName,
    subnetIds: network.privateSubnetIds,
    clusterRoleArn: roles.clusterRoleArn,
    nodeRoleArn: roles.nodeRoleArn,
    secretsKeyArn: keys.arns.cluster,
    logKeyArn: keys.arns.logs,
    dependsOn: [...roles.attachments, ...network.egress],
  });
  const data = {
    ...common,
    vpcId: network.vpcId,
    subnetIds: network.dataSubnetIds,
    clusterSecurityGroupId: cluster.securityGroupId,
    dataKeyArn: keys.arns.data,
    logKeyArn: keys.arns.logs,
  };
  const database = new Database("database", {
    ...config.database,
    ...data,
    identifier: fullName,
    zones: config.network.zones,
  });
  const cache = new Cache("cache", {
    ...config.cache,
    ...data,
    notificationTopicArn: alerts.cacheTopicArn,
  });
  const logs = config.edge.logs && new AccessLogs("access-logs", { ...config.edge.logs, ...common });
  const balancer = new LoadBalancer("edge", {
    ...config.edge,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    clusterSecurityGroupId: cluster.securityGroupId,
    clusterName: fullName,
    targetPort: config.service.apiPort,
    accessLogs: logs && { bucket: logs.bucket, prefix: LOAD_BALANCER_PREFIX },
    certificateArn: config.edge.cdn.domain?.originCertificateArn,
    protect,
    tags,
  });
  const cdn = new Cdn("cdn", {
    ...config.edge.cdn,
    distributionName: fullName,
    loadBalancer: { arn: balancer.arn, dnsName: balancer.dnsName },
    logBucketDomainName: logs?.bucketDomainName,
    protect,
    tags,
  });
  new Observability("observability", {
    namePrefix: fullName,
    region,
    topicArn: alerts.topicArn,
    thresholds: thresholdsOf(config.observability, config.database),
    spending: config.observability.spending,
    loadBalancer: { arn: balancer.arn, targetGroupArns: balancer.targetGroupArns },
    database: {
      primary: database.primaryIdentifier,
      replicas: database.replicaIdentifiers,
      burstable: isBurstable(config.database.instanceClass),
    },
    cache: watchedCache(cache.cache, config.cache.groups.cache),
    queue: watchedCache(cache.queue, config.cache.groups.queue),
    distributionId: cdn.distributionId,
    tags,
  });
  const uploader =
    config.edge.cdn.assetsFrom === "bucket"
      ? new AssetsUploader("assets-uploader", {
          bucketArn: cdn.assetsBucketArn,
          clusterName: cluster.name,
          namespace: config.service.namespace,
          tags,
        })
      : undefined;
  const guard = new GuardIdentity("guard", {
    clusterName: cluster.name,
    namespace: config.service.namespace,
    ruleArn: balancer.ruleArn,
    tags,
  });

  return {
    url: cdn.url,
    cdn: pulumi.output({
      distributionId: cdn.distributionId,
      domainName: cdn.domainName,
      assetsBucket: cdn.assetsBucket,
    }),
    assets: pulumi.output(
      uploader ? { bucket: cdn.assetsBucket, serviceAccount: uploader.serviceAccount } : null,
    ),
    loadBalancer: pulumi.output({
      arn: balancer.arn,
      dnsName: balancer.dnsName,
      listenerArn: balancer.listenerArn,
      ruleArn: balancer.ruleArn,
      previewRuleArns: balancer.previewRuleArns,
      targetGroups: balancer.targetGroupArns,
    }),
    preview: pulumi.secret(balancer.preview),
    cluster: pulumi.output({
      name: cluster.name,
      arn: cluster.arn,
      endpoint: cluster.endpoint,
      version: cluster.version,
    }),
    kubeconfig: cluster.kubeconfig,
    registry: pulumi.output({
      repositoryUrl: registry.repositoryUrl,
      repositoryName: registry.repositoryName,
    }),
    guard: pulumi.output({
      repositoryUrl: guardRegistry.repositoryUrl,
      repositoryName: guardRegistry.repositoryName,
      serviceAccount: guard.serviceAccount,
    }),
    database: pulumi.output({
      name: database.databaseName,
      writer: database.writer,
      primary: database.primary,
      readers: database.readers,
    }),
    cache: endpointOf(cache.cache),
    queue: endpointOf(cache.queue),
    secretArns: pulumi.output({
      databaseAdmin: database.secretArns.admin,
      databaseReadWrite: database.secretArns.readWrite,
      databaseReadOnly: database.secretArns.readOnly,
      cacheAuthToken: cache.cache.secretArn,
      queueAuthToken: cache.queue.secretArn,
    }),
  };
}

/** Classes that save up processor time are `db.t…` and `cache.t…`. */
const isBurstable = (instanceClass: string): boolean => /^\w+\.t/.test(instanceClass);

function watchedCache({ replicationGroupId }: CacheEndpoint, group: CacheGroupOptions): WatchedCache {
  return { groupId: replicationGroupId, nodes: group.nodes, burstable: isBurstable(group.nodeType) };
}

function endpointOf({ host, port, readerHost }: CacheEndpoint): PlatformOutputs["cache"] {
  return pulumi.output({ host, port, readerHost });
}
