import * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../infra/cluster/cluster.ts";
import { LoadBalancer } from "../infra/edge/load-balancer.ts";
import { Network } from "../infra/network/network.ts";
import { Registry } from "../infra/registry/registry.ts";
import { ClusterRoles } from "../infra/security/cluster-roles.ts";
import { Keys } from "../infra/security/keys.ts";
import { ServiceNamespace } from "../infra/service/namespace.ts";
import type { PlatformConfig } from "./config.ts";
import { adminArn } from "./config/cluster.ts";

/** What the releases, the rollout and the doorways read. A change of shape breaks them. */
export interface PlatformOutputs {
  /** Where the app answers. */
  readonly url: pulumi.Output<string>;
  readonly loadBalancer: pulumi.Output<{
    arn: string;
    dnsName: string;
    listenerArn: string;
    ruleArn: string;
    previewRuleArns: { blue: string; green: string };
    targetGroups: { blue: string; green: string };
  }>;
  /** Secret. The header's name, and the value that reaches each colour. */
  readonly preview: pulumi.Output<{ header: string; blue: string; green: string }>;
  readonly cluster: pulumi.Output<{ name: string; arn: string; endpoint: string; version: string }>;
  readonly kubeconfig: pulumi.Output<string>;
  readonly registry: pulumi.Output<{ repositoryUrl: string; repositoryName: string }>;
  readonly namespace: pulumi.Output<string>;
}

/** Everything of an environment that outlives a release. */
export function platform(environment: string, config: PlatformConfig): PlatformOutputs {
  const { protect } = config;
  const region = config.account.region;
  const [accountId = ""] = config.account.allowedAccountIds;
  const clusterName = `twinstack-${environment}`;
  const tags = { "twinstack:environment": environment };

  const roles = new ClusterRoles("roles", { tags });
  const keys = new Keys("keys", {
    region,
    accountId,
    clusterRoleArn: roles.clusterRoleArn,
    deletionWindowDays: protect ? 30 : 7,
    protect,
    tags,
  });
  const network = new Network("network", {
    ...config.network,
    region,
    accountId,
    logKeyArn: keys.arns.logs,
    protect,
    tags,
  });
  const registry = new Registry("registry", {
    ...config.registry,
    repositoryName: clusterName,
    keyArn: keys.arns.registry,
    protect,
    tags,
  });
  const cluster = new Cluster("cluster", {
    ...config.cluster,
    adminPrincipals: config.cluster.adminPrincipals.map((principal) => adminArn(accountId, principal)),
    clusterName,
    region,
    subnetIds: network.privateSubnetIds,
    clusterRoleArn: roles.clusterRoleArn,
    nodeRoleArn: roles.nodeRoleArn,
    secretsKeyArn: keys.arns.cluster,
    logKeyArn: keys.arns.logs,
    protect,
    dependsOn: [...roles.attachments, ...network.egress],
    tags,
  });
  const edge = new LoadBalancer("edge", {
    ...config.edge,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    clusterSecurityGroupId: cluster.securityGroupId,
    clusterName,
    targetPort: config.service.apiPort,
    protect,
    tags,
  });
  const { namespace } = new ServiceNamespace("namespace", {
    namespace: config.service.namespace,
    provider: cluster.provider,
    protect,
  });

  return {
    url: pulumi.interpolate`http://${edge.dnsName}`,
    loadBalancer: pulumi.output({
      arn: edge.arn,
      dnsName: edge.dnsName,
      listenerArn: edge.listenerArn,
      ruleArn: edge.ruleArn,
      previewRuleArns: edge.previewRuleArns,
      targetGroups: edge.targetGroupArns,
    }),
    preview: pulumi.secret(edge.preview),
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
    namespace,
  };
}
