/** The pinned programs of the toolchain, and where each comes from. */

/** One go.mod below `modules/`: the tools that one `go build` makes. */
export type ModuleGroup = "kubernetes" | "pulumi" | "language-host";

/** A vendor's own build. Checked against the checksum file the vendor publishes beside it. */
export interface Release {
  readonly url: string;
  /** SHA-256: a file that holds the sum alone, or lines of `<sum>  <file name>`. */
  readonly checksumUrl: string;
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

function kubernetes(name: string): Tool {
  const url = `https://dl.k8s.io/release/v${kubernetesVersion}/bin/linux/amd64/${name}`;
  return {
    name,
    version: kubernetesVersion,
    release: { url, checksumUrl: `${url}.sha256` },
    group: "kubernetes",
    package: `k8s.io/kubernetes/cmd/${name}`,
  };
}

function github(
  repository: string,
  version: string,
  file: string,
  checksums: string,
  member: string,
): Release {
  const base = `https://github.com/${repository}/releases/download/v${version}`;
  return { url: `${base}/${file}`, checksumUrl: `${base}/${checksums}`, member };
}

function pulumi(member: string): Release {
  return github(
    "pulumi/pulumi",
    pulumiVersion,
    `pulumi-v${pulumiVersion}-linux-x64.tar.gz`,
    `pulumi-${pulumiVersion}-checksums.txt`,
    `pulumi/${member}`,
  );
}

export const tools: readonly Tool[] = [
  {
    name: "pulumi",
    version: pulumiVersion,
    release: pulumi("pulumi"),
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
      "SHA256SUMS",
      `etcd-v${etcdVersion}-linux-amd64/etcd`,
    ),
    group: "kubernetes",
    package: "go.etcd.io/etcd/server/v3",
    builtAs: "server",
  },
  {
    name: "coredns",
    version: coreDnsVersion,
    release: github(
      "coredns/coredns",
      coreDnsVersion,
      `coredns_${coreDnsVersion}_linux_amd64.tgz`,
      `coredns_${coreDnsVersion}_linux_amd64.tgz.sha256`,
      "coredns",
    ),
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
      `k6-v${k6Version}-checksums.txt`,
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
