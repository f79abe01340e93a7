import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admissionProcess } from "../../../local/parts/admission/process.ts";
import { LISTEN, webhookConfigurations } from "../../../local/parts/admission/configurations.ts";
import { apply, checkReady } from "../../../local/parts/cluster/api-client.ts";
import { bootstrapObjects } from "../../../local/parts/cluster/bootstrap-objects.ts";
import { ensureCertificates } from "../../../local/parts/cluster/certificates.ts";
import { writeControlPlaneFiles } from "../../../local/parts/cluster/control-plane-files.ts";
import { apiServerProcess } from "../../../local/parts/cluster/control-plane.ts";
import { etcdProcess } from "../../../local/parts/cluster/etcd.ts";
import { CONTROL_PLANE, planCluster } from "../../../local/parts/cluster/plan.ts";
import { account, cluster } from "../../../local/parts/cluster/testing.ts";
import { poll } from "../../../local/parts/cluster/wait.ts";
import { toolPath } from "../../../local/toolchain/tool.ts";
import { TestProcesses, freePorts } from "../kubernetes-fixture/processes.ts";
import type { Manifest } from "../../../local/parts/cluster/manifest.ts";
import type { ProcessSpec, Run } from "../../../local/parts/machine.ts";
import type { ClusterAccess } from "../../../local/region/protocol.ts";

const LOOPBACK = "127.0.0.1";
const START_MS = 90_000;

/**
 * etcd, API server and webhooks with the certificates, arguments and objects of the cluster part itself, but on the
 * machine's loopback and on free ports. Needs no root.
 */
export class AdmissionControlPlane {
  readonly #folder = mkdtempSync(join(tmpdir(), "twinstack-admission-"));
  readonly #cacheFolder = join(this.#folder, "kubectl-cache");
  readonly #processes = new TestProcesses(this.#folder);
  #webhooks = new TestProcesses(this.#folder);
  #webhooksSpec: ProcessSpec | undefined;
  #access: ClusterAccess | undefined;
  #kubeconfig = "";
  #url = "";
  /** Where the webhooks read which service accounts have a role. */
  readonly identities = join(this.#folder, "identities");

  async start(): Promise<void> {
    const [etcd, peer, api, webhooks] = (await freePorts(4)) as [number, number, number, number];
    const server = `https://${LOOPBACK}:${api}`;
    this.#url = `https://${LOOPBACK}:${webhooks}`;
    const plan = planCluster(cluster({}), account(["a", "b", "c"]));
    const hosts = [CONTROL_PLANE, ...plan.nodes.map(({ name }) => name)];
    const addresses = new Map(hosts.map((host) => [host, LOOPBACK]));
    const certificates = await ensureCertificates(join(this.#folder, "pki"), plan, addresses, run);
    const files = writeControlPlaneFiles(join(this.#folder, "files"), server, certificates);
    const controlPlane = { plan, address: LOOPBACK, certificates, files };
    this.#kubeconfig = files.kubeconfig("admin");
    this.#access = {
      server,
      ca: readFileSync(certificates.authority.cert, "utf8"),
      cert: readFileSync(certificates.users.admin.cert, "utf8"),
      key: readFileSync(certificates.users.admin.key, "utf8"),
    };

    const store = etcdProcess(toolPath("etcd"), join(this.#folder, "etcd"));
    const apiServer = apiServerProcess(toolPath("kube-apiserver"), controlPlane);
    start(this.#processes, changed(store, { ":2379": `:${etcd}`, ":2380": `:${peer}` }));
    start(
      this.#processes,
      changed(apiServer, { ":2379": `:${etcd}`, "--secure-port=443": `--secure-port=${api}` }),
      [`--bind-address=${LOOPBACK}`, "--endpoint-reconciler-type=none"],
    );
    this.#webhooksSpec = changed(admissionProcess(controlPlane, this.identities), {
      [`${LISTEN.address}:${LISTEN.port}`]: `${LOOPBACK}:${webhooks}`,
      [`--server=https://${LOOPBACK}`]: `--server=${server}`,
    });
    this.startWebhooks();
    await poll("the API server", START_MS, () => checkReady(this.access));
    // No endpoint may have a loopback address, and nobody asks for metrics here.
    const objects = bootstrapObjects(LOOPBACK, this.access.ca).filter(
      ({ kind }) => kind !== "EndpointSlice" && kind !== "MutatingWebhookConfiguration",
    );
    await this.apply([...objects, ...this.configurations]);
  }

  get access(): ClusterAccess {
    if (!this.#access) throw new Error("the control plane was not started");
    return this.#access;
  }

  /** The cluster's own, but for the port they lead to. */
  get configurations(): readonly Manifest[] {
    return webhookConfigurations(this.access.ca, this.#url);
  }

  async apply(objects: readonly Manifest[]): Promise<void> {
    const settings = { kubeconfig: this.#kubeconfig, cacheFolder: this.#cacheFolder };
    await apply(run, { program: toolPath("kubectl"), ...settings }, objects);
  }

  /** Runs kubectl as administrator; answers its stdout. */
  kubectl(args: readonly string[], input = ""): Promise<string> {
    const where = [`--kubeconfig=${this.#kubeconfig}`, `--cache-dir=${this.#cacheFolder}`];
    return run(toolPath("kubectl"), [...where, ...args], { input });
  }

  startWebhooks(): void {
    if (this.#webhooksSpec) start(this.#webhooks, this.#webhooksSpec);
  }

  async killWebhooks(): Promise<void> {
    await this.#webhooks.stop();
    this.#webhooks = new TestProcesses(this.#folder);
  }

  async stop(): Promise<void> {
    await this.#webhooks.stop();
    await this.#processes.stop();
    rmSync(this.#folder, { recursive: true });
  }
}

function start(processes: TestProcesses, { name, command, args }: ProcessSpec, more: readonly string[] = []) {
  processes.start(name.replace("/", "-"), command, [...args, ...more]);
}

/** The same process, with each key in its arguments replaced by its value. */
function changed(spec: ProcessSpec, replacements: Readonly<Record<string, string>>): ProcessSpec {
  const args = spec.args.map((arg) =>
    Object.entries(replacements).reduce((text, [from, to]) => text.replaceAll(from, to), arg),
  );
  return { ...spec, args };
}

const run: Run = (command, args, { input = "" } = {}) =>
  new Promise((resolve, reject) => {
    const child = execFile(command, args, { maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command}: ${stderr}`, { cause: error }));
      else resolve(stdout);
    });
    // A program that ends before it has read its input breaks the pipe: its exit code says what matters.
    child.stdin?.on("error", () => undefined).end(input);
  });
