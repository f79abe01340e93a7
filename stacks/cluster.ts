import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { MetricsServer } from "../infra/cluster/metrics-server.ts";
import { Guard } from "../infra/guard/guard.ts";
import { AssetsAccount } from "../infra/service/assets-account.ts";
import { ServiceNamespace } from "../infra/service/namespace.ts";
import { readCertificates } from "./certificates.ts";
import type { ClusterStackConfig } from "./config.ts";
import { readPlatformOfCluster } from "./references.ts";

/** What the releases, the rollout and the doorways read of the cluster's stack. A change of shape breaks them. */
export interface ClusterOutputs {
  /** Kubernetes namespace of both colours. */
  readonly namespace: pulumi.Output<string>;
  /** Name of the guard's Deployment, known once its pods are available. */
  readonly guard: pulumi.Output<string>;
  /** The guard's image by digest, known once its pods are available. */
  readonly guardImage: pulumi.Output<string>;
}

/**
 * What lives inside an environment's Kubernetes cluster and outlives its releases. It runs where the API server can be
 * reached, after the platform, when the guard's image is in its repository, and before any release.
 */
export async function cluster(environment: string, config: ClusterStackConfig): Promise<ClusterOutputs> {
  const platform = await readPlatformOfCluster(environment);
  const tags = { "twinstack:environment": environment };

  const provider = new kubernetes.Provider("cluster-kubernetes", {
    kubeconfig: platform.kubeconfig,
    clusterIdentifier: platform.cluster.arn,
    enableServerSideApply: true,
  });
  new MetricsServer("metrics-server", { clusterName: platform.cluster.name, tags });
  const { namespace } = new ServiceNamespace("namespace", {
    namespace: config.service.namespace,
    provider,
    protect: config.protect,
  });
  if (config.edge.cdn.assetsFrom === "bucket") new AssetsAccount("assets-uploader", { namespace, provider });
  const guard = new Guard("guard", {
    namespace,
    image: config.guardImage,
    ruleArn: platform.loadBalancer.ruleArn,
    targetGroups: platform.loadBalancer.targetGroups,
    region: config.account.region,
    metricsPort: config.service.metricsPort,
    certificateAuthorities: readCertificates(config.certificateAuthorities, config.account.region),
    provider,
  });
  return { namespace, guard: guard.deployment, guardImage: guard.image };
}
