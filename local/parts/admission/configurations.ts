import type { Manifest } from "../cluster/manifest.ts";

/** Where clusters of EKS show theirs to be: on the control plane's own loopback, `https://127.0.0.1:23443/mutate`. */
export const LISTEN = { address: "127.0.0.1", port: 23443 } as const;

export const PATHS = { podIdentity: "/mutate", readinessGates: "/mutate-v1-pod" } as const;

/** Auto Mode's own: the open load balancer controller's label is `elbv2.k8s.aws/pod-readiness-gate-inject`. */
export const GATE_LABEL = "eks.amazonaws.com/pod-readiness-gate-inject";

const POD_CREATION = {
  operations: ["CREATE"],
  apiGroups: [""],
  apiVersions: ["v1"],
  resources: ["pods"],
  scope: "*",
};

/**
 * The webhooks that an EKS Auto Mode cluster comes with, as far as they are run here. That of pod identity as
 * clusters show it; of Auto Mode's `eks-load-balancing-webhook` the name and the namespaces' label are known, the rest
 * is the open load balancer controller's (helm/aws-load-balancer-controller/templates/webhook.yaml; Ignore since its
 * pull request 4062).
 */
export function webhookConfigurations(
  authorityPem: string,
  server = `https://${LISTEN.address}:${LISTEN.port}`,
): readonly Manifest[] {
  const client = (path: string): object => ({
    url: `${server}${path}`,
    caBundle: Buffer.from(authorityPem).toString("base64"),
  });
  return [
    configuration("pod-identity-webhook", {
      name: "iam-for-pods.amazonaws.com",
      clientConfig: client(PATHS.podIdentity),
      objectSelector: {
        matchExpressions: [{ key: "eks.amazonaws.com/skip-pod-identity-webhook", operator: "DoesNotExist" }],
      },
      reinvocationPolicy: "IfNeeded",
    }),
    configuration("eks-load-balancing-webhook", {
      name: "mpod.eks.amazonaws.com",
      clientConfig: client(PATHS.readinessGates),
      namespaceSelector: {
        matchExpressions: [{ key: GATE_LABEL, operator: "In", values: ["enabled"] }],
      },
      reinvocationPolicy: "Never",
    }),
  ];
}

function configuration(name: string, webhook: object): Manifest {
  return {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingWebhookConfiguration",
    metadata: { name },
    webhooks: [
      {
        ...webhook,
        rules: [POD_CREATION],
        failurePolicy: "Ignore",
        matchPolicy: "Equivalent",
        sideEffects: "None",
        timeoutSeconds: 10,
        admissionReviewVersions: ["v1"],
      },
    ],
  };
}
