export interface KubeconfigArgs {
  readonly clusterName: string;
  /** URL of the API server. */
  readonly server: string;
  /** The cluster's CA, base64 of PEM. */
  readonly ca: string;
  readonly region: string;
}

/**
 * A kubeconfig as JSON (which is YAML too). It holds no credential: the `aws` command, which must be
 * installed where it is used, brings a token of the caller's own IAM identity.
 */
export function kubeconfig({ clusterName, server, ca, region }: KubeconfigArgs): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: clusterName, cluster: { server, "certificate-authority-data": ca } }],
    contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
    "current-context": clusterName,
    users: [
      {
        name: clusterName,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: "aws",
            args: ["--region", region, "eks", "get-token", "--cluster-name", clusterName, "--output", "json"],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
