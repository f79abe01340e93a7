import { inside } from "./layout.ts";
import type { ClusterPlan, NodePlan } from "./plan.ts";

export interface KubeletSettings {
  readonly plan: ClusterPlan;
  readonly node: NodePlan;
  readonly address: string;
  /** e.g. `/twinstack/node-a/pods`: below the host's cgroup, where its removal finds the pods. */
  readonly cgroupRoot: string;
}

/** Paths are those of the node's mount namespace. */
export const kubeletFiles = {
  config: `${inside.kubelet}/config.json`,
  kubeconfig: `${inside.kubelet}/kubeconfig`,
  authority: `${inside.kubelet}/pki/ca.crt`,
  cert: `${inside.kubelet}/pki/kubelet.crt`,
  key: `${inside.kubelet}/pki/kubelet.key`,
} as const;

export function kubeletConfiguration({ plan, node, address, cgroupRoot }: KubeletSettings): string {
  return JSON.stringify(
    {
      apiVersion: "kubelet.config.k8s.io/v1beta1",
      kind: "KubeletConfiguration",
      address,
      authentication: {
        anonymous: { enabled: false },
        webhook: { enabled: true },
        x509: { clientCAFile: kubeletFiles.authority },
      },
      authorization: { mode: "Webhook" },
      tlsCertFile: kubeletFiles.cert,
      tlsPrivateKeyFile: kubeletFiles.key,
      rotateCertificates: false,
      clusterDNS: [plan.dnsServiceAddress],
      clusterDomain: "cluster.local",
      resolvConf: "/etc/resolv.conf",
      containerRuntimeEndpoint: `unix://${inside.containerdSocket}`,
      // cgroupfs: the machine may have no systemd. It works beside systemd's own cgroups too (Debian 12, cgroup v2).
      cgroupDriver: "cgroupfs",
      cgroupRoot,
      failCgroupV1: false,
      failSwapOn: false,
      // -999 needs CAP_SYS_RESOURCE.
      oomScoreAdj: 0,
      providerID: node.providerId,
      volumePluginDir: `${inside.kubelet}/volume-plugins`,
      serializeImagePulls: false,
      registryPullQPS: 0,
      // containerd 1.6 cannot pin the sandbox image, and no registry has it: image collection stays off.
      imageGCHighThresholdPercent: 100,
      // The disk is the person's own: the defaults (10 to 15 % free) would evict pods on many a full laptop.
      evictionHard: {
        "memory.available": "100Mi",
        "nodefs.available": "1%",
        "nodefs.inodesFree": "1%",
        "imagefs.available": "1%",
      },
    },
    undefined,
    1,
  );
}

export function kubeletArguments({ plan, node, address }: KubeletSettings): readonly string[] {
  const labels = {
    "topology.kubernetes.io/region": plan.region,
    "topology.kubernetes.io/zone": node.zone,
    // No EC2 instance type is run here, so none is claimed.
    "node.kubernetes.io/instance-type": "local",
    "eks.amazonaws.com/compute-type": "auto",
  };
  return [
    `--config=${kubeletFiles.config}`,
    `--kubeconfig=${kubeletFiles.kubeconfig}`,
    `--root-dir=${inside.kubelet}`,
    `--cert-dir=${inside.kubelet}/pki`,
    `--hostname-override=${node.name}`,
    `--node-ip=${address}`,
    `--node-labels=${Object.entries(labels)
      .map(([key, value]) => `${key}=${value}`)
      .join(",")}`,
  ];
}
