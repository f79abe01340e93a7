import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toolPath } from "../../../local/toolchain/tool.ts";
import type { ClusterAccess } from "../../../local/region/protocol.ts";
import { makePki, type Pki } from "./pki.ts";
import { freePorts, TestProcesses, until } from "./processes.ts";

/** A real etcd, kube-apiserver and kube-controller-manager on loopback: a cluster without nodes. */
export class ControlPlane {
  readonly dir: string;
  readonly access: ClusterAccess;
  readonly #processes: TestProcesses;
  readonly #kubeconfig: string;

  private constructor(dir: string, processes: TestProcesses, access: ClusterAccess, kubeconfig: string) {
    this.dir = dir;
    this.access = access;
    this.#processes = processes;
    this.#kubeconfig = kubeconfig;
  }

  static async start(): Promise<ControlPlane> {
    const dir = mkdtempSync(join(tmpdir(), "twinstack-control-plane-"));
    const processes = new TestProcesses(dir);
    try {
      const pki = makePki(dir);
      const [client, peer, secure, manager] = (await freePorts(4)).map(String);
      const server = `https://127.0.0.1:${secure ?? ""}`;
      const kubeconfig = writeKubeconfig(dir, server, pki);
      processes.start("etcd", toolPath("etcd"), etcdArgs(dir, client ?? "", peer ?? ""));
      processes.start(
        "kube-apiserver",
        toolPath("kube-apiserver"),
        apiServerArgs(pki, client ?? "", secure ?? ""),
      );
      const plane = new ControlPlane(
        dir,
        processes,
        { server, ca: text(pki.caCert), cert: text(pki.adminCert), key: text(pki.adminKey) },
        kubeconfig,
      );
      await plane.#ready();
      processes.start(
        "kube-controller-manager",
        toolPath("kube-controller-manager"),
        controllerArgs(pki, kubeconfig, manager ?? ""),
      );
      await until(
        "the default service account",
        () => plane.#answers("get", "serviceaccount", "default"),
        60,
      );
      return plane;
    } catch (error) {
      await processes.stop();
      throw error;
    }
  }

  /** Runs kubectl as administrator; answers its stdout. */
  kubectl(...args: string[]): string {
    const where = ["--kubeconfig", this.#kubeconfig, "--cache-dir", join(this.dir, "kubectl")];
    return execFileSync(toolPath("kubectl"), [...where, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** A kubeconfig as a program would hold it: the server's address, and no credentials. */
  programKubeconfig(server = this.access.server): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
      users: [{ name: "test", user: {} }],
    });
  }

  async stop(): Promise<void> {
    await this.#processes.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    await until(
      "the API server's readiness",
      () => {
        const [ended] = this.#processes.ended();
        if (ended !== undefined) {
          throw new Error(`${ended} has ended: ${text(join(this.dir, `${ended}.log`)).slice(-2000)}`);
        }
        return this.#answers("get", "--raw", "/readyz");
      },
      60,
    );
  }

  #answers(...args: string[]): boolean {
    try {
      this.kubectl(...args);
      return true;
    } catch {
      return false;
    }
  }
}

function etcdArgs(dir: string, client: string, peer: string): readonly string[] {
  return [
    `--data-dir=${join(dir, "etcd")}`,
    "--unsafe-no-fsync",
    `--listen-client-urls=http://127.0.0.1:${client}`,
    `--advertise-client-urls=http://127.0.0.1:${client}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
  ];
}

function apiServerArgs(pki: Pki, etcd: string, port: string): readonly string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcd}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--tls-cert-file=${pki.serverCert}`,
    `--tls-private-key-file=${pki.serverKey}`,
    `--client-ca-file=${pki.caCert}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.99.0.0/24",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${pki.serviceAccountKey}`,
    `--service-account-signing-key-file=${pki.serviceAccountKey}`,
    "--endpoint-reconciler-type=none",
    "--advertise-address=127.0.0.1",
  ];
}

function controllerArgs(pki: Pki, kubeconfig: string, port: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    "--leader-elect=false",
    "--bind-address=127.0.0.1",
    `--secure-port=${port}`,
    `--service-account-private-key-file=${pki.serviceAccountKey}`,
    `--root-ca-file=${pki.caCert}`,
  ];
}

function writeKubeconfig(dir: string, server: string, pki: Pki): string {
  const path = join(dir, "admin.json");
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server, "certificate-authority": pki.caCert } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
    "current-context": "test",
    users: [{ name: "admin", user: { "client-certificate": pki.adminCert, "client-key": pki.adminKey } }],
  };
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  return path;
}

function text(path: string): string {
  return readFileSync(path, "utf8");
}
