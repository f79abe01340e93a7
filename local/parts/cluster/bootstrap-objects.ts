import type { Manifest } from "./manifest.ts";
import { KUBELET_CLIENT, USERS } from "./certificates.ts";
import { METRICS_PORT } from "./metrics-server.ts";
import { targetGroupBindingDefinition } from "./target-group-binding.ts";
import { webhookConfigurations } from "../admission/configurations.ts";

const RBAC = "rbac.authorization.k8s.io";

/** What a new EKS Auto Mode cluster has before anyone applies anything, as far as it is run here. */
export function bootstrapObjects(controlPlaneAddress: string, authorityPem: string): readonly Manifest[] {
  return [
    clusterRoleBinding("twinstack:kubelet-api", "system:kubelet-api-admin", KUBELET_CLIENT),
    ...clusterDnsAccess(),
    ...metricsServerAccess(),
    ...metricsService(controlPlaneAddress, authorityPem),
    targetGroupBindingDefinition(),
    ...admissionAccess(),
    ...webhookConfigurations(authorityPem),
  ];
}

function clusterDnsAccess(): readonly Manifest[] {
  return [
    clusterRole("system:coredns", [
      rule("", ["endpoints", "services", "pods", "namespaces"], ["list", "watch"]),
      rule("discovery.k8s.io", ["endpointslices"], ["list", "watch"]),
    ]),
    clusterRoleBinding("system:coredns", "system:coredns", USERS.clusterDns.commonName),
  ];
}

/** As in https://github.com/kubernetes-sigs/metrics-server/tree/v0.8.0/manifests/base, for a user, not an account. */
function metricsServerAccess(): readonly Manifest[] {
  const user = USERS.metricsServer.commonName;
  const readMetrics = [rule("metrics.k8s.io", ["pods", "nodes"], ["get", "list", "watch"])];
  return [
    clusterRole("system:aggregated-metrics-reader", readMetrics, {
      "rbac.authorization.k8s.io/aggregate-to-view": "true",
      "rbac.authorization.k8s.io/aggregate-to-edit": "true",
      "rbac.authorization.k8s.io/aggregate-to-admin": "true",
    }),
    clusterRole("system:metrics-server", [
      rule("", ["nodes/metrics"], ["get"]),
      rule("", ["pods", "nodes"], ["get", "list", "watch"]),
    ]),
    clusterRoleBinding("system:metrics-server", "system:metrics-server", user),
    clusterRoleBinding("metrics-server:system:auth-delegator", "system:auth-delegator", user),
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: { name: "metrics-server-auth-reader", namespace: "kube-system" },
      roleRef: { apiGroup: RBAC, kind: "Role", name: "extension-apiserver-authentication-reader" },
      subjects: [subject(user)],
    },
  ];
}

/** A Service without selector: metrics-server is a process of the control plane's host. */
function metricsService(address: string, authorityPem: string): readonly Manifest[] {
  const metadata = { name: "metrics-server", namespace: "kube-system" };
  return [
    {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: METRICS_PORT }] },
    },
    {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        ...metadata,
        labels: {
          "kubernetes.io/service-name": "metrics-server",
          "endpointslice.kubernetes.io/managed-by": "twinstack",
        },
      },
      addressType: "IPv4",
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
      ports: [{ name: "https", port: METRICS_PORT, protocol: "TCP" }],
    },
    {
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1beta1.metrics.k8s.io" },
      spec: {
        group: "metrics.k8s.io",
        version: "v1beta1",
        groupPriorityMinimum: 100,
        versionPriority: 100,
        service: { ...metadata, port: 443 },
        caBundle: Buffer.from(authorityPem).toString("base64"),
      },
    },
  ];
}

/** The webhook of readiness gates asks which Services are bound, and what they select. */
function admissionAccess(): readonly Manifest[] {
  const user = USERS.admission.commonName;
  return [
    clusterRole(user, [
      rule("eks.amazonaws.com", ["targetgroupbindings"], ["list"]),
      rule("", ["services"], ["get"]),
    ]),
    clusterRoleBinding(user, user, user),
  ];
}

interface PolicyRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

function rule(group: string, resources: readonly string[], verbs: readonly string[]): PolicyRule {
  return { apiGroups: [group], resources, verbs };
}

function clusterRole(
  name: string,
  rules: readonly PolicyRule[],
  labels: Readonly<Record<string, string>> = {},
): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRole",
    metadata: { name, labels },
    rules,
  };
}

function clusterRoleBinding(name: string, role: string, user: string): Manifest {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: "ClusterRole", name: role },
    subjects: [subject(user)],
  };
}

function subject(user: string): object {
  return { apiGroup: RBAC, kind: "User", name: user };
}
