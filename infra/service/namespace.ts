import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

export interface ServiceNamespaceArgs {
  /** Name in Kubernetes. Replaces the namespace and all in it. */
  readonly namespace: string;
  /** The cluster to make it in. */
  readonly provider: kubernetes.Provider;
  /** Refuse to delete the namespace until this is taken back. */
  readonly protect: boolean;
}

/**
 * Where both colours live. It outlives releases, so the stack of the cluster makes it.
 *
 * Cost: none.
 */
export class ServiceNamespace extends pulumi.ComponentResource {
  readonly namespace: pulumi.Output<string>;

  constructor(name: string, args: ServiceNamespaceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:service:ServiceNamespace", name, {}, opts);

    const namespace = new kubernetes.core.v1.Namespace(
      name,
      { metadata: { name: args.namespace, labels: namespaceLabels() } },
      {
        parent: this,
        provider: args.provider,
        protect: args.protect,
        // Where `pulumi state move` put the namespace of the platforms that had it themselves.
        aliases: [{ parent: pulumi.rootStackResource }],
      },
    );

    this.namespace = namespace.metadata.name;
    this.registerOutputs({ namespace: this.namespace });
  }
}

/**
 * Pods must be restricted, and become Ready only when the load balancer finds them healthy (on EKS Auto
 * Mode this label asks for that readiness gate).
 */
export function namespaceLabels(): Record<string, string> {
  return {
    "app.kubernetes.io/part-of": "twinstack",
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
    "eks.amazonaws.com/pod-readiness-gate-inject": "enabled",
  };
}
