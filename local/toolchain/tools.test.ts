import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findTool, toolPath } from "./tool.ts";
import { tools } from "./tools.ts";

describe("the table of tools", () => {
  it("names the version that the committed go.mod builds", () => {
    const modules: Record<string, string> = {
      pulumi: "github.com/pulumi/pulumi/pkg/v3",
      "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3",
      etcd: "go.etcd.io/etcd/server/v3",
      coredns: "github.com/coredns/coredns",
      "metrics-server": "sigs.k8s.io/metrics-server",
      k6: "go.k6.io/k6/v2",
    };
    for (const tool of tools) {
      const goMod = readFileSync(join(import.meta.dirname, "modules", tool.group, "go.mod"), "utf8");
      expect(goMod).toContain(`${modules[tool.name] ?? "k8s.io/kubernetes"} v${tool.version}`);
    }
  });

  it("matches the SDK that programs import", () => {
    const root = JSON.parse(readFileSync(join(import.meta.dirname, "../../package.json"), "utf8")) as {
      dependencies: Record<string, string>;
    };
    expect(root.dependencies["@pulumi/pulumi"]).toBe(findTool("pulumi").version);
  });

  it("downloads over https only, against a sum that stands in this table", () => {
    const sums: (string | undefined)[] = [];
    for (const { release } of tools) {
      if (release === undefined) continue;
      expect(new URL(release.url).protocol).toBe("https:");
      expect(release.sha256).toMatch(/^[0-9a-f]{64}$/);
      sums.push(release.sha256);
    }
    expect(new Set(sums).size).toBe(sums.length);
  });

  it("builds what no second source gives a sum of", () => {
    const built = tools.filter(({ release }) => release === undefined).map(({ name }) => name);
    expect(built).toEqual([
      "pulumi",
      "pulumi-language-nodejs",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kubelet",
      "kube-proxy",
      "coredns",
      "metrics-server",
    ]);
  });
});

describe("toolPath", () => {
  const saved = process.env["TWINSTACK_TOOLS"];
  afterEach(() => {
    if (saved === undefined) delete process.env["TWINSTACK_TOOLS"];
    else process.env["TWINSTACK_TOOLS"] = saved;
  });

  it("says what to run when a tool is not there", () => {
    process.env["TWINSTACK_TOOLS"] = "/nonexistent";
    expect(() => toolPath("kubelet")).toThrow(
      'kubelet is not installed at /nonexistent/kubelet: run "make doctor" to see why, or "make up" to install it',
    );
  });

  it("refuses a name that is not in the table", () => {
    delete process.env["TWINSTACK_TOOLS"];
    expect(() => toolPath("kubeadm")).toThrow('no tool named "kubeadm": one of pulumi,');
  });
});
