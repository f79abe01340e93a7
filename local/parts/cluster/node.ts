import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { kubeconfigOf } from "./kubeconfigs.ts";
import { clusterDnsFiles, corefile } from "./cluster-dns.ts";
import { cniConfiguration } from "./cni.ts";
import { containerdConfiguration, registryHosts, registryName } from "./containerd.ts";
import { kubeletArguments, kubeletConfiguration, kubeletFiles } from "./kubelet.ts";
import { kubeProxyConfiguration, kubeProxyFiles } from "./kube-proxy.ts";
import { inside, makeFolder, outside } from "./layout.ts";
import { ensureMountNamespace } from "./mount-namespace.ts";
import { ensurePodCgroup, podCgroup } from "./pod-cgroup.ts";
import { poll } from "./wait.ts";
import type { Certificates } from "./certificates.ts";
import type { ClusterPlan, NodePlan } from "./plan.ts";
import type { NodeLayout } from "./layout.ts";
import type { Machine, ProcessSpec } from "../machine.ts";
import type { Progress } from "../../region/part.ts";

const IMPORTED_IMAGE = `/var/lib/containerd-config/sandbox-image.tar`;

export interface Node {
  readonly plan: ClusterPlan;
  readonly node: NodePlan;
  readonly layout: NodeLayout;
  readonly address: string;
}

/** The node as a machine without Kubernetes: its mounts, cgroup, network configuration and containerd. */
export async function startContainerd(
  machine: Machine,
  node: Node,
  account: string,
  progress: Progress,
): Promise<void> {
  const { layout, plan } = node;
  const registry = registryName(account, plan.region);
  writeFileAtomic(layout.resolvConf, `nameserver ${machine.dns.address}\n`, { mode: 0o644 });
  const write = (path: string, text: string): void => writeFileAtomic(outside(layout, path), text);
  write(inside.containerdConfig, containerdConfiguration());
  write(`${inside.registryHosts}/${registry}/hosts.toml`, registryHosts(registry));
  write(`${inside.cniConfig}/10-twinstack.conflist`, cniConfiguration(node.node.podRange));
  await ensureMountNamespace(layout, machine.run);
  await loopbackAddress(machine, node);
  ensurePodCgroup(node.node.name, progress);
  await machine.processes.ensure(
    processOf(node, "containerd", "containerd", [`--config=${inside.containerdConfig}`]),
  );
}

/** Imports the sandbox image, which no registry has. Waits for containerd. */
export async function importSandboxImage(machine: Machine, node: Node, file: string): Promise<void> {
  copyFileSync(file, outside(node.layout, IMPORTED_IMAGE));
  const ctr = ["ctr", "--address", inside.containerdSocket, "--namespace", "k8s.io"];
  const command = [`--mount=${node.layout.mountNamespace}`, "--", ...ctr, "images", "import", IMPORTED_IMAGE];
  await poll(`containerd of ${node.node.name}`, 30_000, async () => {
    await machine.run("nsenter", command);
  });
}

/** The API server must answer: the kubelet's first try to register would else be followed by a long pause. */
export async function startKubelet(
  machine: Machine,
  node: Node,
  server: string,
  certificates: Certificates,
): Promise<void> {
  const { layout, node: plan } = node;
  const settings = { ...node, cgroupRoot: podCgroup(plan.name) };
  const pair = certificates.kubelets.get(plan.name);
  if (!pair) throw new Error(`node ${plan.name} has no certificate`);
  makeFolder(outside(layout, `${inside.kubelet}/pki`));
  const write = (path: string, text: string | Uint8Array): void =>
    writeFileAtomic(outside(layout, path), text);
  write(kubeletFiles.authority, readFileSync(certificates.authority.cert));
  write(kubeletFiles.cert, readFileSync(pair.cert));
  write(kubeletFiles.key, readFileSync(pair.key));
  write(kubeletFiles.kubeconfig, kubeconfigOf(server, certificates.authority, pair));
  write(kubeletFiles.config, kubeletConfiguration(settings));
  write(
    kubeProxyFiles.kubeconfig,
    kubeconfigOf(server, certificates.authority, certificates.users.kubeProxy),
  );
  write(kubeProxyFiles.config, kubeProxyConfiguration(plan.name));
  await Promise.all([
    machine.processes.ensure(processOf(node, "kubelet", machine.tool("kubelet"), kubeletArguments(settings))),
    machine.processes.ensure(
      processOf(node, "kube-proxy", machine.tool("kube-proxy"), [`--config=${kubeProxyFiles.config}`]),
    ),
  ]);
}

/** Its RBAC must be there. */
export async function startClusterDns(
  machine: Machine,
  node: Node,
  server: string,
  certificates: Certificates,
): Promise<void> {
  const write = (path: string, text: string): void => writeFileAtomic(outside(node.layout, path), text);
  write(
    clusterDnsFiles.kubeconfig,
    kubeconfigOf(server, certificates.authority, certificates.users.clusterDns),
  );
  write(clusterDnsFiles.corefile, corefile(node.plan.dnsServiceAddress, machine.dns.address));
  await machine.processes.ensure(
    processOf(node, "coredns", machine.tool("coredns"), ["-conf", clusterDnsFiles.corefile]),
  );
}

async function loopbackAddress(machine: Machine, { node, plan }: Node): Promise<void> {
  await machine.run("ip", ["address", "replace", `${plan.dnsServiceAddress}/32`, "dev", "lo"], {
    host: node.name,
  });
}

/** `nsenter` becomes the program, so the pid is the program's own. */
function processOf(node: Node, name: string, program: string, args: readonly string[]): ProcessSpec {
  return {
    name: join(node.node.name, name),
    host: node.node.name,
    command: "nsenter",
    args: [`--mount=${node.layout.mountNamespace}`, "--", program, ...args],
  };
}
