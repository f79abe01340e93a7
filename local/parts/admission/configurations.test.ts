import { webhookConfigurations } from "./configurations.ts";

describe("webhookConfigurations", () => {
  const common = {
    failurePolicy: "Ignore",
    matchPolicy: "Equivalent",
    sideEffects: "None",
    timeoutSeconds: 10,
    admissionReviewVersions: ["v1"],
    rules: [
      { operations: ["CREATE"], apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], scope: "*" },
    ],
  };

  it("are those of EKS: on the control plane's loopback, verified by the cluster's authority, failing open", () => {
    const apiVersion = "admissionregistration.k8s.io/v1";
    const kind = "MutatingWebhookConfiguration";
    expect(webhookConfigurations("CA")).toEqual([
      {
        apiVersion,
        kind,
        metadata: { name: "pod-identity-webhook" },
        webhooks: [
          {
            ...common,
            name: "iam-for-pods.amazonaws.com",
            clientConfig: { url: "https://127.0.0.1:23443/mutate", caBundle: "Q0E=" },
            objectSelector: {
              matchExpressions: [
                { key: "eks.amazonaws.com/skip-pod-identity-webhook", operator: "DoesNotExist" },
              ],
            },
            reinvocationPolicy: "IfNeeded",
          },
        ],
      },
      {
        apiVersion,
        kind,
        metadata: { name: "eks-load-balancing-webhook" },
        webhooks: [
          {
            ...common,
            name: "mpod.eks.amazonaws.com",
            clientConfig: { url: "https://127.0.0.1:23443/mutate-v1-pod", caBundle: "Q0E=" },
            namespaceSelector: {
              matchExpressions: [
                { key: "eks.amazonaws.com/pod-readiness-gate-inject", operator: "In", values: ["enabled"] },
              ],
            },
            reinvocationPolicy: "Never",
          },
        ],
      },
    ]);
  });
});
