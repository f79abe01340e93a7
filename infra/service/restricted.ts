import type * as kubernetes from "@pulumi/kubernetes";

/** Distroless images' `nonroot`. */
const NON_ROOT = 65532;

/** A pod under the `restricted` Pod Security Standard: https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted */
export const restrictedPod: kubernetes.types.input.core.v1.PodSecurityContext = {
  runAsNonRoot: true,
  runAsUser: NON_ROOT,
  runAsGroup: NON_ROOT,
  fsGroup: NON_ROOT,
  seccompProfile: { type: "RuntimeDefault" },
};

/** Its containers: besides the standard they cannot write to their root. */
export const restrictedContainer: kubernetes.types.input.core.v1.SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
};
