import type { ExplainTable, TypeTable } from "./classification.ts";

/** The kinds below are what Kubernetes itself makes of them: its own programs run here. */
function real(programs: string): TypeTable {
  return { enforced: { [programs]: ["*"] } };
}

export const kubernetes: ExplainTable = {
  "pulumi:providers:kubernetes": {
    enforced: {
      "the stand-in plugin: the region's cluster and no other": ["clusterIdentifier", "kubeconfig"],
      "the stand-in plugin; false is refused": ["enableServerSideApply"],
    },
  },
  "kubernetes:apps/v1:Deployment": real("the real API server, controllers, scheduler and kubelet"),
  "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": real(
    "the real controller, by the real metrics-server",
  ),
  "kubernetes:batch/v1:Job": real("the real API server, controllers, scheduler and kubelet"),
  "kubernetes:core/v1:ConfigMap": real("the real API server and kubelet"),
  "kubernetes:core/v1:Namespace": {
    enforced: {
      "the real API server and its Pod Security admission": ["*"],
      "the control plane's webhook: it gives pods of a TargetGroupBinding their readiness gate": [
        'metadata.labels["eks.amazonaws.com/pod-readiness-gate-inject"]',
      ],
    },
  },
  "kubernetes:core/v1:Secret": real("the real API server and kubelet; etcd has it encrypted"),
  "kubernetes:core/v1:Service": real(
    "the real API server, kube-proxy and CoreDNS; annotations by the stand-in plugin",
  ),
  "kubernetes:core/v1:ServiceAccount": real("the real API server"),
  "kubernetes:policy/v1:PodDisruptionBudget": real("the real API server's evictions"),
  "kubernetes:rbac.authorization.k8s.io/v1:Role": real("the real API server's authorization"),
  "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": real("the real API server's authorization"),
  "kubernetes:scheduling.k8s.io/v1:PriorityClass": real("the real API server's admission and the scheduler"),
  "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": {
    enforced: {
      "the real API server": ["apiVersion", "kind", "metadata.*"],
      "region: its controller registers pods in HAProxy": [
        "spec.serviceRef.name",
        "spec.serviceRef.port",
        "spec.targetGroupARN",
      ],
      "region: its controller; anything but ip is logged as an error": ["spec.targetType"],
    },
  },
};
