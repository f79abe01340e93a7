import { invoke } from "./invoke.ts";
import { whyNotModelled } from "./not-modelled.ts";

describe("functions", () => {
  it("reads YAML for ConfigFile and ConfigGroup", async () => {
    const text = "apiVersion: v1\nkind: Secret\n";
    expect(await invoke("kubernetes:yaml:decode", { text })).toEqual({
      outputs: { result: [{ apiVersion: "v1", kind: "Secret" }] },
      failures: [],
    });
  });

  it.each([
    [{}, "kubernetes:yaml:decode: text is undefined: write the YAML as a string"],
    [{ text: "", defaultNamespace: "shop" }, "set the provider's namespace instead"],
  ])("refuses %j", async (args, message) => {
    await expect(invoke("kubernetes:yaml:decode", args)).rejects.toThrow(message);
  });

  it.each([
    [
      "kubernetes:helm:template",
      "kubernetes:helm:template is not modelled by the Kubernetes stand-in: instead of kubernetes.helm.v3.Chart",
      '"helm template"',
    ],
    ["kubernetes:kustomize:directory", "kubernetes.kustomize.Directory", '"kubectl kustomize"'],
    ["kubernetes:other:thing", "the function kubernetes:other:thing", "is not modelled"],
  ])("names %s and what to write instead", async (token, name, instead) => {
    const error: unknown = await invoke(token, {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "UNIMPLEMENTED" });
    expect((error as Error).message).toContain(name);
    expect((error as Error).message).toContain(instead);
  });
});

describe("components", () => {
  it.each([
    ["kubernetes:yaml/v2:ConfigFile", "kubernetes.yaml.v2.ConfigFile", "write kubernetes.yaml.ConfigFile"],
    ["kubernetes:yaml/v2:ConfigGroup", "kubernetes.yaml.v2.ConfigGroup", "write kubernetes.yaml.ConfigGroup"],
    ["kubernetes:helm.sh/v3:Release", "kubernetes.helm.v3.Release", '"helm template"'],
    ["kubernetes:helm.sh/v4:Chart", "kubernetes.helm.v4.Chart", '"helm template"'],
    ["kubernetes:kustomize/v2:Directory", "kubernetes.kustomize.v2.Directory", '"kubectl kustomize"'],
    ["kubernetes:helm.sh/v5:Chart", "kubernetes:helm.sh/v5:Chart is not", "resources of their own kinds"],
  ])("%s is refused by name, with what to write instead", (token, name, instead) => {
    expect(whyNotModelled(token)).toContain(name);
    expect(whyNotModelled(token)).toContain(instead);
  });

  it("are none of the kinds of the cluster", () => {
    expect(whyNotModelled("kubernetes:core/v1:Pod")).toBeUndefined();
    expect(whyNotModelled("kubernetes:helm.toolkit.fluxcd.io/v2:HelmRelease")).toBeUndefined();
  });
});
