import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** Where a cluster keeps what. */
export interface ClusterLayout {
  readonly root: string;
  readonly pki: string;
  readonly etcd: string;
  /** Configuration and kubeconfigs of the control plane. */
  readonly controlPlane: string;
  readonly sandboxImage: string;
}

export function clusterLayout(root: string): ClusterLayout {
  return {
    root,
    pki: join(root, "pki"),
    etcd: join(root, "etcd"),
    controlPlane: join(root, "control-plane"),
    sandboxImage: join(root, "sandbox-image.tar"),
  };
}

/**
 * A node's own folders. In its mount namespace they lie where a Linux machine has them (`inside`), so three
 * nodes' programs can keep their standard paths and nothing of theirs appears in the machine's own.
 */
export interface NodeLayout {
  readonly root: string;
  /** `/var/lib` inside. */
  readonly lib: string;
  /** `/var/log` inside. */
  readonly log: string;
  /** `/run` inside; not kept over a reboot. */
  readonly run: string;
  readonly resolvConf: string;
  /** Files that stand in for sysctls the kubelet wants to set on the whole machine. */
  readonly sysctls: string;
  /** The file that keeps the mount namespace; its folder is a private mount, as `unshare --mount=` demands. */
  readonly mountNamespace: string;
}

export function nodeLayout(root: string, runDir: string, node: string): NodeLayout {
  const own = join(root, node);
  return {
    root: own,
    lib: join(own, "lib"),
    log: join(own, "log"),
    run: join(runDir, "nodes", node),
    resolvConf: join(own, "resolv.conf"),
    sysctls: join(own, "sysctls"),
    mountNamespace: join(runDir, "mounts", node),
  };
}

/** Paths of a node's programs, as they see them themselves. */
export const inside = {
  containerdSocket: "/run/containerd/containerd.sock",
  containerdConfig: "/var/lib/containerd-config/config.toml",
  registryHosts: "/var/lib/containerd-config/hosts",
  cniConfig: "/var/lib/cni/net.d",
  kubelet: "/var/lib/kubelet",
  kubeProxy: "/var/lib/kube-proxy",
  clusterDns: "/var/lib/coredns",
} as const;

/** The machine's path of a file that a node sees below `/var/lib`. */
export function outside(layout: NodeLayout, path: string): string {
  return join(layout.lib, path.slice("/var/lib/".length));
}

export function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
