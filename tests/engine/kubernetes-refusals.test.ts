import { newStack, type EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { programFor, stackOn } from "./kubernetes-fixture/stack.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await ControlPlane.start();
}, 120_000);
afterAll(async () => {
  await plane.stop();
});

let stack: EngineStack | undefined;
afterEach(async () => {
  await stack?.dispose();
  stack = undefined;
});

describe("what the stand-in refuses", () => {
  it("any cluster but the region's", async () => {
    const body = 'new k8s.core.v1.Namespace("never", { metadata: { name: "never" } }, options);';
    const program = programFor(plane, body).replaceAll(
      plane.access.server,
      "https://production.example.test",
    );
    stack = await stackOn(plane, program);
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(
      "refuses any cluster but the region's, and https://production.example.test is not one",
    );
  });

  it.each([
    [
      "patches",
      'new k8s.core.v1.ConfigMapPatch("x", { metadata: { name: "x" } }, options);',
      "core/v1:ConfigMapPatch is not modelled",
    ],
    [
      "annotations it does not model",
      `new k8s.core.v1.ConfigMap("x", { metadata: { annotations: { "pulumi.com/waitFor": "condition=Ready" } } }, options);`,
      'metadata.annotations["pulumi.com/waitFor"]',
    ],
    [
      "releases of charts",
      'new k8s.helm.v3.Release("x", { chart: "x" }, options);',
      "kubernetes.helm.v3.Release",
    ],
    ["charts", 'new k8s.helm.v3.Chart("x", { path: "." }, options);', '"helm template"'],
    ["lists", 'new k8s.core.v1.ConfigMapList("x", { items: [] }, options);', "a list cannot be created"],
    [
      "generateName",
      'new k8s.core.v1.ConfigMap("x", { metadata: { generateName: "x-" } }, options);',
      "metadata.generateName",
    ],
  ])("%s, by name, in the preview", async (_what, body, message) => {
    stack = await stackOn(plane, programFor(plane, body));
    const refused = await stack.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(message);
  });

  it("settings it does not model", async () => {
    stack = await stackOn(
      plane,
      programFor(plane, "", { enableServerSideApply: false, deleteUnreachable: true }),
    );
    const refused = await stack.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain("deleteUnreachable");
    expect(refused.errors).toContain("server-side apply alone");
  });

  it("nothing while the cluster is only planned: the engine asks the provider nothing then", async () => {
    const kubeconfig = JSON.stringify(plane.programKubeconfig());
    stack = await newStack({
      program: `
import * as k8s from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
const later = new random.RandomId("later", { byteLength: 1 });
const provider = new k8s.Provider("cluster", { kubeconfig: later.hex.apply(() => ${kubeconfig}) });
new k8s.core.v1.ConfigMap("settings", { metadata: { namespace: "default" } }, { provider });
`,
    });
    const preview = await stack.preview();
    expect(preview).toMatchObject({ code: 0, errors: "" });
    expect(preview.changes).toContain("create settings");
  });
});
