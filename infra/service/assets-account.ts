import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

/** Name of the service account that uploads hashed assets. The platform's pod identity association names it before it exists. */
export const ASSETS_ACCOUNT = "assets-uploader";

export interface AssetsAccountArgs {
  /** Kubernetes namespace of the releases. Replaces the account. */
  readonly namespace: pulumi.Input<string>;
  /** The cluster to make the account in. */
  readonly provider: kubernetes.Provider;
}

/**
 * The service account whose pods EKS Pod Identity gives the role of {@link AssetsUploader}.
 *
 * Cost: none.
 */
export class AssetsAccount extends pulumi.ComponentResource {
  constructor(name: string, args: AssetsAccountArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:service:AssetsAccount", name, {}, opts);
    new kubernetes.core.v1.ServiceAccount(name, accountArgs(args.namespace), {
      parent: this,
      provider: args.provider,
      // Where `pulumi state move` put the account of the platforms that had it themselves.
      aliases: [{ parent: pulumi.rootStackResource }],
    });
    this.registerOutputs({});
  }
}

/** Its pods ask AWS, with a token of their own. They ask the Kubernetes API for nothing. */
function accountArgs(namespace: pulumi.Input<string>): kubernetes.core.v1.ServiceAccountArgs {
  return {
    metadata: {
      name: ASSETS_ACCOUNT,
      namespace,
      labels: { "app.kubernetes.io/part-of": "twinstack", "app.kubernetes.io/managed-by": "pulumi" },
    },
    automountServiceAccountToken: false,
  };
}
