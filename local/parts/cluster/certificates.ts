import { join } from "node:path";
import { CONTROL_PLANE } from "./plan.ts";
import { LISTEN } from "../admission/configurations.ts";
import { Authority, ensureSigningKey } from "../authority/authority.ts";
import type { CertificateRequest, KeyPair } from "../authority/authority.ts";
import type { ClusterPlan } from "./plan.ts";
import type { Run } from "../machine.ts";

/** Users the API server knows by their certificate; Kubernetes' own RBAC names the first four. */
export const USERS = {
  controllerManager: { commonName: "system:kube-controller-manager" },
  scheduler: { commonName: "system:kube-scheduler" },
  kubeProxy: { commonName: "system:kube-proxy" },
  admin: { commonName: "twinstack-admin", organization: "system:masters" },
  clusterDns: { commonName: "system:coredns" },
  metricsServer: { commonName: "system:metrics-server" },
  admission: { commonName: "eks:load-balancing-webhook" },
} as const;
export type User = keyof typeof USERS;

/** Who calls the kubelets: allowed by a ClusterRoleBinding (bootstrap-objects.ts). */
export const KUBELET_CLIENT = "kube-apiserver-kubelet-client";

export interface Certificates {
  readonly authority: KeyPair;
  readonly signingKey: { readonly privateKey: string; readonly publicKey: string };
  readonly apiServer: KeyPair;
  readonly kubeletClient: KeyPair;
  /** The aggregation layer's own authority: with the cluster's, any client could claim to be any user. */
  readonly frontProxyAuthority: KeyPair;
  readonly frontProxyClient: KeyPair;
  readonly metricsServing: KeyPair;
  readonly admissionServing: KeyPair;
  readonly users: Readonly<Record<User, KeyPair>>;
  /** By node name: client and server in one. */
  readonly kubelets: ReadonlyMap<string, KeyPair>;
}

/** Issues what is missing or no longer fits, e.g. after an address changed. `addresses` by host name. */
export async function ensureCertificates(
  folder: string,
  plan: ClusterPlan,
  addresses: ReadonlyMap<string, string>,
  run: Run,
): Promise<Certificates> {
  const [authority, frontProxy] = await Promise.all([
    Authority.open(join(folder, "cluster"), "ca", run),
    Authority.open(join(folder, "front-proxy"), "front-proxy-ca", run),
  ]);
  const client = (name: string, user: { commonName: string; organization?: string }): Promise<KeyPair> =>
    authority.issue({ name, ...user, usages: ["clientAuth"] });
  const users = Object.entries(USERS) as [User, (typeof USERS)[User]][];
  const [
    apiServer,
    kubeletClient,
    frontProxyClient,
    metricsServing,
    admissionServing,
    userPairs,
    kubeletPairs,
  ] = await Promise.all([
    authority.issue(apiServerRequest(plan, addresses.get(CONTROL_PLANE) ?? "")),
    client("apiserver-kubelet-client", { commonName: KUBELET_CLIENT }),
    frontProxy.issue({ name: "client", commonName: "front-proxy-client", usages: ["clientAuth"] }),
    authority.issue({
      name: "metrics-server-serving",
      commonName: "metrics-server",
      usages: ["serverAuth"],
      names: ["DNS:metrics-server.kube-system.svc"],
    }),
    authority.issue({
      name: "admission-serving",
      commonName: "admission",
      usages: ["serverAuth"],
      names: [`IP:${LISTEN.address}`],
    }),
    Promise.all(users.map(async ([user, subject]) => [user, await client(user, subject)] as const)),
    Promise.all(
      plan.nodes.map(async ({ name }) => {
        const pair = await authority.issue(kubeletRequest(name, addresses.get(name) ?? ""));
        return [name, pair] as const;
      }),
    ),
  ]);
  return {
    authority: authority.files,
    signingKey: ensureSigningKey(folder),
    apiServer,
    kubeletClient,
    frontProxyAuthority: frontProxy.files,
    frontProxyClient,
    metricsServing,
    admissionServing,
    users: Object.fromEntries(userPairs) as Record<User, KeyPair>,
    kubelets: new Map(kubeletPairs),
  };
}

export function apiServerRequest(plan: ClusterPlan, address: string): CertificateRequest {
  const service = ["kubernetes", "kubernetes.default", "kubernetes.default.svc"];
  return {
    name: "apiserver",
    commonName: "kube-apiserver",
    usages: ["serverAuth"],
    names: [
      ...[...service, "kubernetes.default.svc.cluster.local"].map((name) => `DNS:${name}`),
      `IP:${plan.apiServiceAddress}`,
      `IP:${address}`,
    ],
  };
}

/** The subject is what the Node authorizer and NodeRestriction ask for. */
export function kubeletRequest(node: string, address: string): CertificateRequest {
  return {
    name: `kubelet-${node}`,
    commonName: `system:node:${node}`,
    organization: "system:nodes",
    usages: ["clientAuth", "serverAuth"],
    names: [`DNS:${node}`, `IP:${address}`],
  };
}
