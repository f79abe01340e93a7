import { POD_RANGE } from "./plan.ts";
import { inside } from "./layout.ts";

export const kubeProxyFiles = {
  config: `${inside.kubeProxy}/config.json`,
  kubeconfig: `${inside.kubeProxy}/kubeconfig`,
} as const;

/** conntrack 0: a network namespace may not change the machine's table size. */
export function kubeProxyConfiguration(node: string): string {
  return JSON.stringify({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    hostnameOverride: node,
    clusterCIDR: POD_RANGE,
    clientConnection: { kubeconfig: kubeProxyFiles.kubeconfig },
    metricsBindAddress: "127.0.0.1:10249",
    healthzBindAddress: "127.0.0.1:10256",
    conntrack: { maxPerCore: 0, min: 0 },
    oomScoreAdj: 0,
  });
}
