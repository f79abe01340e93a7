import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface MetricsServerArgs {
  /** Name of the EKS cluster. Replaces the add-on. */
  readonly clusterName: string;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Where the autoscaler reads what pods use. An add-on is ready when its pods run, and pods need nodes: so it comes after the
 * cluster's node pools, in the same stack.
 *
 * Cost: its pods' share of a node.
 */
export class MetricsServer extends pulumi.ComponentResource {
  constructor(name: string, args: MetricsServerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:cluster:MetricsServer", name, {}, opts);
    new aws.eks.Addon(`cluster-${name}`, metricsAddonArgs(args), {
      parent: this,
      // Where `pulumi state move` put the add-on of the platforms that had it themselves.
      aliases: [{ parent: pulumi.rootStackResource }],
    });
    this.registerOutputs({});
  }
}

/** AWS picks the add-on's version that fits the cluster. */
export function metricsAddonArgs({ clusterName, tags }: MetricsServerArgs): aws.eks.AddonArgs {
  return { clusterName, addonName: "metrics-server", resolveConflictsOnUpdate: "OVERWRITE", tags };
}
