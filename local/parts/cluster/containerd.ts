import { inside } from "./layout.ts";
import { SANDBOX_IMAGE } from "./sandbox-image.ts";

/**
 * containerd 1.6. `restrict_oom_score_adj`: without CAP_SYS_RESOURCE (a container, a locked-down machine) every
 * sandbox would fail. Devmapper, aufs, btrfs and zfs are off: they only log that they are not there.
 */
export function containerdConfiguration(): string {
  return `version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = [
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.internal.v1.opt",
  "io.containerd.internal.v1.tracing",
  "io.containerd.tracing.processor.v1.otlp",
]

[grpc]
  address = "${inside.containerdSocket}"

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${SANDBOX_IMAGE}"
  restrict_oom_score_adj = true
  tolerate_missing_hugetlb_controller = true

[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "overlayfs"
  discard_unpacked_layers = true

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "${inside.cniConfig}"

[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "${inside.registryHosts}"
`;
}

/** The account's ECR registry, by the name it has in AWS. */
export function registryName(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}

/**
 * ECR's name leads to the registry of this machine, which speaks plain HTTP on port 5000; containerd reads this
 * file at every pull. https://github.com/containerd/containerd/blob/release/1.6/docs/hosts.md
 */
export function registryHosts(registry: string): string {
  return `server = "http://${registry}:5000"

[host."http://${registry}:5000"]
  capabilities = ["pull", "resolve"]
`;
}
