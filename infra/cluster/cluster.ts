import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAdminAccess } from "./access.ts";
import { kubeconfig } from "./kubeconfig.ts";

export interface ClusterArgs {
  /** Name in AWS, 1–100 characters. Replaces the cluster. */
  readonly clusterName: string;
  readonly region: string;
  /** Kubernetes minor version, e.g. `1.34`. Up one minor at a time, never down. */
  readonly version: string;
  /** Private subnets in at least two zones. A change of zones replaces the cluster. */
  readonly subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** Range of the ClusterIPs, /12 to /24, apart from the VPC's. Replaces the cluster. */
  readonly serviceCidr: string;
  readonly clusterRoleArn: pulumi.Input<string>;
  readonly nodeRoleArn: pulumi.Input<string>;
  /** Encrypts Kubernetes secrets. Cannot be taken back. */
  readonly secretsKeyArn: pulumi.Input<string>;
  /** Encrypts the control plane's logs. */
  readonly logKeyArn: pulumi.Input<string>;
  /** Days the control plane's logs are kept: one of CloudWatch's values. */
  readonly logRetentionDays: number;
  /** Who may reach the API server from outside the VPC; none: it has no public address. */
  readonly publicAccessCidrs: readonly string[];
  /** IAM principals with full access. Nobody else has any: not even who made the cluster. */
  readonly adminPrincipals: readonly string[];
  /** Refuse to delete the cluster, in Pulumi and in EKS, until this is taken back. */
  readonly protect: boolean;
  /** What nodes and the control plane need first: policies, key, routes, endpoints. */
  readonly dependsOn: pulumi.Resource[];
  readonly tags: Readonly<Record<string, string>>;
}

/** All of them: what is not logged cannot be looked up afterwards. */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

/**
 * An EKS Auto Mode cluster as the AWS API makes it; what lives inside it is of the cluster's own stack. AWS runs the nodes, their network, storage and load balancing.
 *
 * Cost: 1 control plane by the hour; nodes by the instance and the second, with the Auto Mode fee on each;
 * logs of five components by the gigabyte.
 */
export class Cluster extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly version: pulumi.Output<string>;
  /** Under Auto Mode nodes and pods carry this group: databases and the load balancer name it. */
  readonly securityGroupId: pulumi.Output<string>;
  /** For kubectl; holds no credential, `aws eks get-token` brings one. */
  readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:cluster:Cluster", name, {}, opts);
    const parent = { parent: this };

    const logs = new aws.cloudwatch.LogGroup(`${name}-logs`, logGroupArgs(args), parent);
    const cluster = new aws.eks.Cluster(name, clusterArgs(args), {
      ...parent,
      protect: args.protect,
      dependsOn: [logs, ...args.dependsOn],
    });
    createAdminAccess(name, cluster.name, args.adminPrincipals, args.tags, this);

    this.name = cluster.name;
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.version = cluster.version;
    this.securityGroupId = cluster.vpcConfig.clusterSecurityGroupId;
    this.kubeconfig = pulumi
      .all([cluster.name, cluster.endpoint, cluster.certificateAuthority.data])
      .apply(([clusterName, server, ca]) => kubeconfig({ clusterName, server, ca, region: args.region }));
    this.registerOutputs({
      name: this.name,
      arn: this.arn,
      endpoint: this.endpoint,
      version: this.version,
      securityGroupId: this.securityGroupId,
      kubeconfig: this.kubeconfig,
    });
  }
}

/** The group EKS writes to, made first: EKS would make it without key and without end. */
export function logGroupArgs(args: ClusterArgs): aws.cloudwatch.LogGroupArgs {
  return {
    name: `/aws/eks/${args.clusterName}/cluster`,
    retentionInDays: args.logRetentionDays,
    kmsKeyId: args.logKeyArn,
    tags: args.tags,
  };
}

/** The three Auto Mode switches go together; `bootstrap…` and the creator's access replace the cluster later. */
export function clusterArgs(args: ClusterArgs): aws.eks.ClusterArgs {
  const isPublic = args.publicAccessCidrs.length > 0;
  return {
    name: args.clusterName,
    version: args.version,
    roleArn: args.clusterRoleArn,
    bootstrapSelfManagedAddons: false,
    accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
    computeConfig: {
      enabled: true,
      nodePools: ["general-purpose", "system"],
      nodeRoleArn: args.nodeRoleArn,
    },
    storageConfig: { blockStorage: { enabled: true } },
    kubernetesNetworkConfig: {
      elasticLoadBalancing: { enabled: true },
      ipFamily: "ipv4",
      serviceIpv4Cidr: args.serviceCidr,
    },
    encryptionConfig: { provider: { keyArn: args.secretsKeyArn }, resources: ["secrets"] },
    vpcConfig: {
      subnetIds: args.subnetIds,
      endpointPrivateAccess: true,
      endpointPublicAccess: isPublic,
      ...(isPublic ? { publicAccessCidrs: [...args.publicAccessCidrs] } : {}),
    },
    enabledClusterLogTypes: LOG_TYPES,
    upgradePolicy: { supportType: "STANDARD" },
    zonalShiftConfig: { enabled: true },
    deletionProtection: args.protect,
    tags: args.tags,
  };
}
