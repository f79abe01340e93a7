import { comesWithKubernetes, isPatch, kindOf } from "./kinds.ts";

describe("type tokens", () => {
  it.each([
    ["kubernetes:core/v1:Pod", "v1", "Pod"],
    ["kubernetes:apps/v1:Deployment", "apps/v1", "Deployment"],
    ["kubernetes:rbac.authorization.k8s.io/v1:Role", "rbac.authorization.k8s.io/v1", "Role"],
    ["kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding", "elbv2.k8s.aws/v1beta1", "TargetGroupBinding"],
    ["kubernetes:example.test/v1:AllowList", "example.test/v1", "AllowList"],
  ])("%s", (token, apiVersion, kind) => {
    expect(kindOf(token)).toEqual({ apiVersion, kind });
  });

  it.each([
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v4:Chart",
    "kubernetes:yaml/v2:ConfigFile",
    "kubernetes:yaml:ConfigGroup",
    "kubernetes:kustomize/v2:Directory",
    "kubernetes:core/v1:PodList",
    "kubernetes:something",
  ])("refuses %s by name", (token) => {
    expect(() => kindOf(token)).toThrow(token);
  });

  it("tells a patch from a kind that is called one", () => {
    expect(isPatch("kubernetes:apps/v1:DeploymentPatch", "Deployment")).toBe(true);
    expect(isPatch("kubernetes:example.test/v1:EnvoyPatch", "EnvoyPatch")).toBe(false);
  });

  it("knows which groups no definition can add", () => {
    expect(comesWithKubernetes({ apiVersion: "apps/v1", kind: "Deployment" })).toBe(true);
    expect(comesWithKubernetes({ apiVersion: "snapshot.storage.k8s.io/v1", kind: "VolumeSnapshot" })).toBe(
      false,
    );
  });
});
