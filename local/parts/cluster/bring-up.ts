import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { admissionProcess } from "../admission/process.ts";
import { apply, checkReady, readyNodes } from "./api-client.ts";
import { bootstrapObjects } from "./bootstrap-objects.ts";
import { ensureCertificates } from "./certificates.ts";
import { writeControlPlaneFiles } from "./control-plane-files.ts";
import { API_PORT, apiServerProcess, controllerManagerProcess, schedulerProcess } from "./control-plane.ts";
import { etcdProcess } from "./etcd.ts";
import { makeFolder, nodeLayout } from "./layout.ts";
import { metricsServerProcess } from "./metrics-server.ts";
import { ensureMountsFolder } from "./mount-namespace.ts";
import { ensureAgent } from "../pod-identity/agent.ts";
import { importSandboxImage, startClusterDns, startContainerd, startKubelet } from "./node.ts";
import { CONTROL_PLANE } from "./plan.ts";
import { ensureSandboxImage } from "./sandbox-image.ts";
import { poll } from "./wait.ts";
import type { ClusterLayout } from "./layout.ts";
import type { ClusterPlan } from "./plan.ts";
import type { Node } from "./node.ts";
import type { Machine } from "../machine.ts";
import type { ClusterAccess } from "../../region/protocol.ts";
import type { Progress } from "../../region/part.ts";

export interface BringUp {
  readonly machine: Machine;
  readonly account: string;
  readonly layout: ClusterLayout;
  readonly runDir: string;
  /** The folder of the cluster's pod identities. */
  readonly identities: string;
}

/** Starts what does not run and waits until every node is Ready; what runs already stays untouched. */
export async function bringUp(
  context: BringUp,
  plan: ClusterPlan,
  progress: Progress,
): Promise<ClusterAccess> {
  const { machine, layout } = context;
  progress("making the control plane's host and three nodes");
  const addresses = await ensureHosts(machine, plan);
  const address = addresses.get(CONTROL_PLANE) ?? "";
  const server = `https://${address}`;
  const nodes = nodesOf(context, plan, addresses);
  await ensureMountsFolder(dirname((nodes[0] as Node).layout.mountNamespace), machine.run);

  progress("starting etcd, the control plane and containerd");
  const imported = importEverywhere(context, nodes, progress);
  // Awaited below; until then its failure must not count as unhandled, which would end the region.
  imported.catch(() => undefined);
  const [certificates] = await Promise.all([
    ensureCertificates(layout.pki, plan, addresses, machine.run),
    machine.processes.ensure(etcdProcess(machine.tool("etcd"), makeFolder(layout.etcd))),
  ]);
  const files = writeControlPlaneFiles(layout.controlPlane, server, certificates);
  const cluster = { plan, address, certificates, files };
  const ensure = machine.processes.ensure.bind(machine.processes);
  await Promise.all([
    ensure(apiServerProcess(machine.tool("kube-apiserver"), cluster)),
    ensure(admissionProcess(cluster, context.identities)),
  ]);
  const access = accessOf(server, certificates);
  await Promise.all([poll(`the API server at ${server}`, 120_000, () => checkReady(access)), imported]);

  progress("the API server answers; starting the nodes");
  const kubectl = {
    program: machine.tool("kubectl"),
    kubeconfig: files.kubeconfig("admin"),
    cacheFolder: join(layout.controlPlane, "kubectl-cache"),
  };
  await Promise.all([
    ...nodes.map((node) => startKubelet(machine, node, server, certificates)),
    ...nodes.map((node) => ensureAgent(machine, node.node.name)),
    ensure(controllerManagerProcess(machine.tool("kube-controller-manager"), cluster)),
    ensure(schedulerProcess(machine.tool("kube-scheduler"), cluster)),
    apply(machine.run, kubectl, bootstrapObjects(address, access.ca)),
  ]);
  await Promise.all([
    ...nodes.map((node) => startClusterDns(machine, node, server, certificates)),
    ensure(metricsServerProcess(machine.tool("metrics-server"), cluster)),
    nodesReady(access, plan, progress),
  ]);
  return access;
}

async function ensureHosts(machine: Machine, plan: ClusterPlan): Promise<ReadonlyMap<string, string>> {
  const hosts = await Promise.all([
    machine.hosts.ensure(CONTROL_PLANE, plan.controlPlaneSubnet, plan.controlPlaneSecurityGroups, {
      // kubectl, the region and Pulumi ask from the machine: EKS's own endpoint is behind no security group either.
      machinePorts: [API_PORT],
    }),
    ...plan.nodes.map(({ name, subnetId }) => machine.hosts.ensure(name, subnetId, plan.nodeSecurityGroups)),
  ]);
  await Promise.all(plan.nodes.map(({ name, podRange }) => machine.hosts.route(name, podRange)));
  return new Map(hosts.map((host) => [host.name, host.address]));
}

function nodesOf(
  context: BringUp,
  plan: ClusterPlan,
  addresses: ReadonlyMap<string, string>,
): readonly Node[] {
  return plan.nodes.map((node) => ({
    plan,
    node,
    layout: nodeLayout(context.layout.root, context.runDir, node.name),
    address: addresses.get(node.name) ?? "",
  }));
}

async function importEverywhere(
  { machine, account, layout }: BringUp,
  nodes: readonly Node[],
  progress: Progress,
): Promise<void> {
  await Promise.all([
    ensureSandboxImage(layout.sandboxImage, machine.run),
    ...nodes.map((node) => startContainerd(machine, node, account, progress)),
  ]);
  await Promise.all(nodes.map((node) => importSandboxImage(machine, node, layout.sandboxImage)));
}

function accessOf(
  server: string,
  certificates: Awaited<ReturnType<typeof ensureCertificates>>,
): ClusterAccess {
  const { authority, users } = certificates;
  return {
    server,
    ca: readFileSync(authority.cert, "utf8"),
    cert: readFileSync(users.admin.cert, "utf8"),
    key: readFileSync(users.admin.key, "utf8"),
  };
}

async function nodesReady(access: ClusterAccess, plan: ClusterPlan, progress: Progress): Promise<void> {
  let told = -1;
  await poll("three nodes", 120_000, async () => {
    const ready = await readyNodes(access);
    const missing = plan.nodes.map(({ name }) => name).filter((name) => !ready.includes(name));
    const count = plan.nodes.length - missing.length;
    if (count !== told) progress(`${count}/${plan.nodes.length} nodes ready`);
    told = count;
    if (missing.length > 0) throw new Error(`${missing.join(", ")} not Ready`);
  });
}
