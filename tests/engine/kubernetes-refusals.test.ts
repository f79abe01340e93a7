import { newStack, type EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { programFor, stackOn } from "./kubernetes-fixture/stack.ts";
import { PLANTED, expectNothingPlanted } from "./planted.ts";

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

describe("planted secrets", () => {
  const planting = (body: string): string =>
    programFor(
      plane,
      `import * as pulumi from "@pulumi/pulumi";\nconst planted = pulumi.secret("${PLANTED}");\n${body}`,
    );

  it.each([
    [
      "a name",
      'new k8s.core.v1.ConfigMap("x", { metadata: { name: planted } }, options);',
      "metadata.name: ",
    ],
    [
      "a label",
      'new k8s.core.v1.ConfigMap("x", { metadata: { name: "x", labels: { app: pulumi.interpolate`${planted} !` } } }, options);',
      "metadata.labels: ",
    ],
    [
      "the value of a key that cannot be one",
      'new k8s.core.v1.Secret("x", { metadata: { name: "x" }, stringData: { "not a key": planted } }, options);',
      'data["not a key"]',
    ],
    [
      "an annotation that is not modelled",
      'new k8s.core.v1.ConfigMap("x", { metadata: { annotations: { "pulumi.com/waitFor": planted } } }, options);',
      'metadata.annotations["pulumi.com/waitFor"]: ',
    ],
  ])("are not shown by a refusal of %s, which names the field", async (_what, body, field) => {
    stack = await stackOn(plane, planting(body));
    const refused = await stack.preview();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(field);
    expectNothingPlanted(refused);
  });

  it("are not shown by a refresh that finds another value, nor by the update that puts it back", async () => {
    const metadata = '{ name: "kept", namespace: "default" }';
    stack = await stackOn(
      plane,
      planting(`
new k8s.core.v1.Secret("kept", { metadata: ${metadata}, stringData: { token: planted } }, options);
new k8s.core.v1.ConfigMap("kept-too", { metadata: ${metadata}, data: { token: planted } }, options);
`),
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const another = "Vk4j8m2pRt";
    for (const [kind, value] of [
      ["secret", Buffer.from(another).toString("base64")],
      ["configmap", another],
    ] as const) {
      const patch = JSON.stringify({ data: { token: value } });
      plane.kubectl("patch", kind, "kept", "-n", "default", "--type=merge", "-p", patch);
    }
    const refreshed = await stack.refresh(["--diff"]);
    expect(refreshed).toMatchObject({
      code: 0,
      changes: expect.arrayContaining(["refresh kept", "refresh kept-too"]),
    });
    const updated = await stack.up(["--diff"]);
    expect(updated).toMatchObject({
      code: 0,
      changes: expect.arrayContaining(["replace kept", "replace kept-too"]),
    });
    for (const result of [refreshed, updated]) {
      expectNothingPlanted(result);
      expectNothingPlanted(result, another);
      expectNothingPlanted(result, Buffer.from(another).toString("base64"));
    }
  });
});
