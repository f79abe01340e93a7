import { END_WITHIN_SECONDS, endingWithin } from "./bounded-end.ts";
import { CONTROL_PLANE } from "./plan.ts";
import { ETCD_URL } from "./etcd.ts";
import type { Certificates } from "./certificates.ts";
import type { ClusterPlan } from "./plan.ts";
import type { ControlPlaneFiles } from "./control-plane-files.ts";
import type { ProcessSpec } from "../machine.ts";

/** EKS answers on 443 too. */
export const API_PORT = 443;

export interface ControlPlane {
  readonly plan: ClusterPlan;
  readonly address: string;
  readonly certificates: Certificates;
  readonly files: ControlPlaneFiles;
}

export function apiServerProcess(program: string, cluster: ControlPlane): ProcessSpec {
  const { plan, address, certificates, files } = cluster;
  return process("kube-apiserver", program, [
    `--advertise-address=${address}`,
    `--secure-port=${API_PORT}`,
    `--etcd-servers=${ETCD_URL}`,
    `--service-cluster-ip-range=${plan.serviceRange}`,
    `--tls-cert-file=${certificates.apiServer.cert}`,
    `--tls-private-key-file=${certificates.apiServer.key}`,
    `--client-ca-file=${certificates.authority.cert}`,
    `--authentication-config=${files.authentication}`,
    "--authorization-mode=Node,RBAC",
    "--enable-admission-plugins=NodeRestriction",
    `--encryption-provider-config=${files.encryption}`,
    "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
    `--service-account-signing-key-file=${certificates.signingKey.privateKey}`,
    `--service-account-key-file=${certificates.signingKey.publicKey}`,
    "--kubelet-preferred-address-types=InternalIP",
    `--kubelet-certificate-authority=${certificates.authority.cert}`,
    `--kubelet-client-certificate=${certificates.kubeletClient.cert}`,
    `--kubelet-client-key=${certificates.kubeletClient.key}`,
    // metrics-server has no pod: its Service leads to an address that no kube-proxy serves on this host.
    "--enable-aggregator-routing=true",
    `--requestheader-client-ca-file=${certificates.frontProxyAuthority.cert}`,
    "--requestheader-allowed-names=front-proxy-client",
    "--requestheader-username-headers=X-Remote-User",
    "--requestheader-group-headers=X-Remote-Group",
    "--requestheader-extra-headers-prefix=X-Remote-Extra-",
    `--proxy-client-cert-file=${certificates.frontProxyClient.cert}`,
    `--proxy-client-key-file=${certificates.frontProxyClient.key}`,
    "--allow-privileged=true",
    "--profiling=false",
  ]);
}

export function controllerManagerProcess(program: string, cluster: ControlPlane): ProcessSpec {
  const { plan, certificates, files } = cluster;
  return process("kube-controller-manager", program, [
    ...kubeconfigs(files.kubeconfig("controllerManager")),
    `--cluster-name=${plan.name}`,
    `--root-ca-file=${certificates.authority.cert}`,
    `--service-account-private-key-file=${certificates.signingKey.privateKey}`,
    `--cluster-signing-cert-file=${certificates.authority.cert}`,
    `--cluster-signing-key-file=${certificates.authority.key}`,
    "--use-service-account-credentials=true",
    "--bind-address=127.0.0.1",
    // There is one of each: an election would only delay its restart.
    "--leader-elect=false",
    "--profiling=false",
  ]);
}

export function schedulerProcess(program: string, cluster: ControlPlane): ProcessSpec {
  return process("kube-scheduler", program, [
    ...kubeconfigs(cluster.files.kubeconfig("scheduler")),
    "--bind-address=127.0.0.1",
    "--leader-elect=false",
    "--profiling=false",
  ]);
}

function kubeconfigs(file: string): readonly string[] {
  return [
    `--kubeconfig=${file}`,
    `--authentication-kubeconfig=${file}`,
    `--authorization-kubeconfig=${file}`,
  ];
}

function process(name: string, command: string, args: readonly string[]): ProcessSpec {
  const bounded = endingWithin(END_WITHIN_SECONDS, command, args);
  return { name: `${CONTROL_PLANE}/${name}`, host: CONTROL_PLANE, ...bounded };
}
