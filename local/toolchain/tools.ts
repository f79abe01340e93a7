/** The pinned programs of the toolchain, and where each comes from. */

/** One go.mod below `modules/`: the tools that one `go build` makes. */
export type ModuleGroup = "kubernetes" | "pulumi" | "language-host";

/**
 * A vendor's own build, checked against a sum that stands here: whoever can change the vendor's file can change the sum beside it too. A
 * sum is written here only where two public sources that do not copy from each other agree on it; a tool without one is built.
 */
export interface Release {
  readonly url: string;
  /** SHA-256 of the file at `url`, in small hexadecimal digits. */
  readonly sha256: string;
  /** Path inside the archive; undefined when the download is the program itself. */
  readonly member?: string;
}

export interface Tool {
  /** The program's name as it is called, also its file's name. */
  readonly name: string;
  readonly version: string;
  readonly release?: Release;
  readonly group: ModuleGroup;
  /** Go package of `main`. */
  readonly package: string;
  /** Name `go build` gives the program where it is not `name`. */
  readonly builtAs?: string;
}

const kubernetesVersion = "1.34.9";
const pulumiVersion = "3.258.0";
const etcdVersion = "3.6.5";
const coreDnsVersion = "1.13.1";
const k6Version = "2.2.0";

/** Sums of what is released for `kubernetesVersion`; one that is not here was found in fewer than two sources. */
const kubernetesSums: Readonly<Record<string, string>> = {
  kubectl: "73bb6f5063caadae1e73a39de018d8ad21755984bea35358484db817859e7634",
};

function kubernetes(name: string): Tool {
  const url = `https://dl.k8s.io/release/v${kubernetesVersion}/bin/linux/amd64/${name}`;
  const sha256 = kubernetesSums[name];
  return {
    name,
    version: kubernetesVersion,
    ...(sha256 === undefined ? {} : { release: { url, sha256 } }),
    group: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
  };
}

function github(repository: string, version: string, file: string, sha256: string, member: string): Release {
  return { url: `https://github.com/${repository}/releases/download/v${version}/${file}`, sha256, member };
}

export const tools: readonly Tool[] = [
  {
    // Its sum was found in no second source.
    name: "pulumi",
    version: pulumiVersion,
    group: "pulumi",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  },
  {
    // No release here: the host of today's CLI is not to be had from Go modules, and one host for every
    // machine means one behaviour. docs/decisions/0003-language-host.md says what the older one lacks.
    name: "pulumi-language-nodejs",
    version: "3.66.0",
    group: "language-host",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
  ...["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"].map(
    kubernetes,
  ),
  {
    name: "etcd",
    version: etcdVersion,
    release: github(
      "etcd-io/etcd",
      etcdVersion,
      `etcd-v${etcdVersion}-linux-amd64.tar.gz`,
      "66bad39ed920f6fc15fd74adcb8bfd38ba9a6412f8c7852d09eb11670e88cac3",
      `etcd-v${etcdVersion}-linux-amd64/etcd`,
    ),
    group: "kubernetes",
    package: "go.etcd.io/etcd/server/v3",
    builtAs: "server",
  },
  {
    // Its sum was found in no second source.
    name: "coredns",
    version: coreDnsVersion,
    group: "kubernetes",
    package: "github.com/coredns/coredns",
  },
  {
    // Its project publishes images and manifests, no programs.
    name: "metrics-server",
    version: "0.8.0",
    group: "kubernetes",
    package: "sigs.k8s.io/metrics-server/cmd/metrics-server",
  },
  {
    name: "k6",
    version: k6Version,
    release: github(
      "grafana/k6",
      k6Version,
      `k6-v${k6Version}-linux-amd64.tar.gz`,
      "b5a8003c86f35f5cd5ceef1490312c48e587696c94d998cefc6d7b3b4cb1597d",
      `k6-v${k6Version}-linux-amd64/k6`,
    ),
    group: "pulumi",
    package: "go.k6.io/k6/v2",
  },
];

/** Version stamps that the vendors' own builds carry: without them Kubernetes calls itself v0.0.0. */
export const linkerFlags: Readonly<Record<ModuleGroup, readonly string[]>> = {
  kubernetes: [
    `-X k8s.io/component-base/version.gitVersion=v${kubernetesVersion}`,
    `-X k8s.io/component-base/version.gitMajor=${kubernetesVersion.split(".")[0] ?? ""}`,
    `-X k8s.io/component-base/version.gitMinor=${kubernetesVersion.split(".")[1] ?? ""}`,
    `-X k8s.io/client-go/pkg/version.gitVersion=v${kubernetesVersion}`,
  ],
  pulumi: [`-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${pulumiVersion}`],
  "language-host": [],
};
