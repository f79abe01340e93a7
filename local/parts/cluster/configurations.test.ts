import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { admissionProcess } from "../admission/process.ts";
import { apiServerRequest, kubeletRequest } from "./certificates.ts";
import { END_WITHIN_SECONDS, endingWithin } from "./bounded-end.ts";
import { cniConfiguration } from "./cni.ts";
import { corefile } from "./cluster-dns.ts";
import { containerdConfiguration, registryHosts, registryName } from "./containerd.ts";
import { apiServerProcess, controllerManagerProcess, schedulerProcess } from "./control-plane.ts";
import {
  authenticationConfiguration,
  encryptionConfiguration,
  writeControlPlaneFiles,
} from "./control-plane-files.ts";
import { etcdProcess } from "./etcd.ts";
import { kubeconfig } from "./kubeconfigs.ts";
import { kubeletArguments, kubeletConfiguration } from "./kubelet.ts";
import { kubeProxyConfiguration } from "./kube-proxy.ts";
import { metricsServerProcess } from "./metrics-server.ts";
import { planCluster } from "./plan.ts";
import { account, cluster } from "./testing.ts";
import type { Certificates } from "./certificates.ts";
import type { NodePlan } from "./plan.ts";

const plan = planCluster(cluster({}), account(["a", "b", "c"]));
const node = plan.nodes[1] as NodePlan;
const pair = (name: string): { cert: string; key: string } => ({ cert: `/${name}.crt`, key: `/${name}.key` });
const certificates: Certificates = {
  authority: pair("ca"),
  signingKey: { privateKey: "/sa.key", publicKey: "/sa.pub" },
  apiServer: pair("apiserver"),
  kubeletClient: pair("kubelet-client"),
  frontProxyAuthority: pair("front-ca"),
  frontProxyClient: pair("front"),
  metricsServing: pair("metrics"),
  admissionServing: pair("admission"),
  users: {
    admin: pair("admin"),
    admission: pair("admission-client"),
    clusterDns: pair("dns"),
    controllerManager: pair("kcm"),
    kubeProxy: pair("proxy"),
    metricsServer: pair("metrics-client"),
    scheduler: pair("scheduler"),
  },
  kubelets: new Map(),
};

describe("certificates", () => {
  it("names the API server by its service, its service address and its own", () => {
    expect(apiServerRequest(plan, "10.42.0.4").names).toEqual([
      "DNS:kubernetes",
      "DNS:kubernetes.default",
      "DNS:kubernetes.default.svc",
      "DNS:kubernetes.default.svc.cluster.local",
      "IP:172.20.0.1",
      "IP:10.42.0.4",
    ]);
  });

  it("names a kubelet as the Node authorizer asks", () => {
    expect(kubeletRequest("node-b", "10.42.16.4")).toMatchObject({
      commonName: "system:node:node-b",
      organization: "system:nodes",
      names: ["DNS:node-b", "IP:10.42.16.4"],
    });
  });
});

describe("control plane", () => {
  const files = {
    authentication: "/auth",
    encryption: "/enc",
    kubeconfig: (user: string) => `/${user}.kubeconfig`,
  };
  const controlPlane = { plan, address: "10.42.0.4", certificates, files };

  it("serves on EKS's port, authorizes by Node and RBAC, and encrypts Secrets", () => {
    const { args, host, name } = apiServerProcess("/bin/kube-apiserver", controlPlane);
    expect([name, host]).toEqual(["eks-control/kube-apiserver", "eks-control"]);
    expect(args).toEqual(
      expect.arrayContaining([
        "--advertise-address=10.42.0.4",
        "--secure-port=443",
        "--authorization-mode=Node,RBAC",
        "--encryption-provider-config=/enc",
        "--authentication-config=/auth",
        "--service-cluster-ip-range=172.20.0.0/16",
        "--kubelet-certificate-authority=/ca.crt",
      ]),
    );
    // The clusters' own authority must not vouch for users that the aggregation layer names.
    expect(args).toContain("--requestheader-client-ca-file=/front-ca.crt");
    expect(args.filter((arg) => arg.startsWith("--anonymous-auth"))).toEqual([]);
  });

  it("lets controller manager and scheduler listen on the loopback alone", () => {
    for (const { args } of [
      controllerManagerProcess("/kcm", controlPlane),
      schedulerProcess("/ks", controlPlane),
    ]) {
      expect(args).toContain("--bind-address=127.0.0.1");
    }
  });

  it("bounds the end of all that keeps nothing itself, within a part of the 90 s that systemd would wait", () => {
    expect(END_WITHIN_SECONDS).toBe(5);
    for (const { command, args } of [
      apiServerProcess("/program", controlPlane),
      controllerManagerProcess("/program", controlPlane),
      schedulerProcess("/program", controlPlane),
      metricsServerProcess("/program", controlPlane),
    ]) {
      const bounded = endingWithin(END_WITHIN_SECONDS, "/program", []);
      expect({ command, args: args.slice(0, bounded.args.length) }).toEqual(bounded);
    }
    // What it has written must come to rest: nobody kills it.
    expect(etcdProcess("/etcd", "/data").command).toBe("/etcd");
  });

  it("runs the webhooks in its host, on the loopback, and tells them keys by their files", () => {
    const { args, host, name, command } = admissionProcess(controlPlane, "/identities/main");
    expect([name, host, command]).toEqual(["eks-control/admission", "eks-control", process.execPath]);
    expect(args.slice(1)).toEqual([
      "--listen=127.0.0.1:23443",
      "--serving-certificate=/admission.crt",
      "--serving-key=/admission.key",
      "--server=https://10.42.0.4",
      "--authority=/ca.crt",
      "--client-certificate=/admission-client.crt",
      "--client-key=/admission-client.key",
      "--identities=/identities/main",
      "--region=eu-central-1",
    ]);
  });

  it("opens nothing but health to the anonymous", () => {
    expect(JSON.parse(authenticationConfiguration())).toEqual({
      apiVersion: "apiserver.config.k8s.io/v1",
      kind: "AuthenticationConfiguration",
      anonymous: {
        enabled: true,
        conditions: [{ path: "/livez" }, { path: "/readyz" }, { path: "/healthz" }],
      },
    });
  });

  it("writes new Secrets with the key; what is in clear can still be read", () => {
    expect(JSON.parse(encryptionConfiguration("a2V5"))).toMatchObject({
      resources: [
        {
          resources: ["secrets"],
          providers: [{ secretbox: { keys: [{ name: "key1", secret: "a2V5" }] } }, { identity: {} }],
        },
      ],
    });
  });

  it("keeps the encryption key over restarts, for root alone", () => {
    const folder = mkdtempSync(join(tmpdir(), "control-plane-"));
    try {
      const noUsers = { ...certificates, users: {} as Certificates["users"] };
      const { encryption } = writeControlPlaneFiles(folder, "https://10.42.0.4", noUsers);
      const before = readFileSync(encryption, "utf8");
      writeControlPlaneFiles(folder, "https://10.42.0.4", noUsers);
      expect(readFileSync(encryption, "utf8")).toBe(before);
      expect(statSync(encryption).mode & 0o777).toBe(0o600);
      const key = /"secret":"([^"]+)"/.exec(before)?.[1] ?? "";
      expect(Buffer.from(key, "base64")).toHaveLength(32);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("node", () => {
  const settings = { plan, node, address: "10.42.16.4", cgroupRoot: "/twinstack/node-b/pods" };

  it("configures the kubelet for three nodes on one machine", () => {
    const configuration = JSON.parse(kubeletConfiguration(settings)) as Record<string, unknown>;
    expect(configuration).toMatchObject({
      address: "10.42.16.4",
      authentication: { anonymous: { enabled: false }, webhook: { enabled: true } },
      authorization: { mode: "Webhook" },
      cgroupDriver: "cgroupfs",
      cgroupRoot: "/twinstack/node-b/pods",
      failCgroupV1: false,
      clusterDNS: ["172.20.0.10"],
      imageGCHighThresholdPercent: 100,
      providerID: node.providerId,
    });
  });

  it("labels the node with its zone and claims no instance type", () => {
    const labels = kubeletArguments(settings).find((arg) => arg.startsWith("--node-labels="));
    expect(labels).toBe(
      "--node-labels=topology.kubernetes.io/region=eu-central-1,topology.kubernetes.io/zone=eu-central-1b," +
        "node.kubernetes.io/instance-type=local,eks.amazonaws.com/compute-type=auto",
    );
  });

  it("gives pods addresses of the node's range and no masquerade", () => {
    expect(JSON.parse(cniConfiguration("100.64.2.0/24"))).toMatchObject({
      plugins: [
        { type: "ptp", ipMasq: false, ipam: { ranges: [[{ subnet: "100.64.2.0/24" }]] } },
        { type: "portmap" },
      ],
    });
  });

  it("leaves the machine's connection table alone", () => {
    expect(JSON.parse(kubeProxyConfiguration("node-b"))).toMatchObject({
      mode: "iptables",
      hostnameOverride: "node-b",
      clusterCIDR: "100.64.0.0/16",
      conntrack: { maxPerCore: 0, min: 0 },
    });
  });

  it("pulls ECR's name from the machine's registry over plain HTTP", () => {
    const registry = registryName("000000000000", "eu-central-1");
    expect(registry).toBe("000000000000.dkr.ecr.eu-central-1.amazonaws.com");
    expect(registryHosts(registry)).toBe(
      'server = "http://000000000000.dkr.ecr.eu-central-1.amazonaws.com:5000"\n\n' +
        '[host."http://000000000000.dkr.ecr.eu-central-1.amazonaws.com:5000"]\n' +
        '  capabilities = ["pull", "resolve"]\n',
    );
  });

  it("tells containerd its sandbox image and where the registries are", () => {
    const configuration = containerdConfiguration();
    expect(configuration).toContain('sandbox_image = "localhost/twinstack-sandbox:1"');
    expect(configuration).toContain("restrict_oom_score_adj = true");
    expect(configuration).toContain('config_path = "/var/lib/containerd-config/hosts"');
  });

  it("answers cluster names itself, uncached, and asks the VPC's resolver for the rest", () => {
    const text = corefile("172.20.0.10", "10.42.0.2");
    expect(text).toContain("bind 172.20.0.10\n");
    expect(text).toContain("forward . 10.42.0.2\n");
    expect(text).toContain("disable success cluster.local\n");
  });
});

it("a kubeconfig holds its certificates itself", () => {
  const parsed = JSON.parse(kubeconfig("https://10.42.0.4", "CA", "CERT", "KEY")) as Record<string, unknown>;
  expect(parsed).toMatchObject({
    clusters: [{ cluster: { server: "https://10.42.0.4", "certificate-authority-data": "Q0E=" } }],
    users: [{ user: { "client-certificate-data": "Q0VSVA==", "client-key-data": "S0VZ" } }],
    "current-context": "default",
  });
});
