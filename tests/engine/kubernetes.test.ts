import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { programFor, stackOn } from "./kubernetes-fixture/stack.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await ControlPlane.start();
}, 120_000);
afterAll(async () => {
  await plane.stop();
});

interface WebOptions {
  readonly replicas?: number;
  readonly selector?: string;
  readonly image?: string;
  readonly resourceOptions?: string;
  readonly extra?: string;
}

/** A namespace with a ConfigMap (named by the provider), a Secret and a Deployment nobody waits for. */
function shop(namespace: string, web: WebOptions = {}): string {
  const { replicas = 2, selector = "web", image = "web:1", resourceOptions = "options", extra = "" } = web;
  return programFor(
    plane,
    `
const ns = new k8s.core.v1.Namespace("ns", { metadata: { name: "${namespace}" } }, options);
const namespace = ns.metadata.name;
const settings = new k8s.core.v1.ConfigMap("settings", { metadata: { namespace }, data: { level: "info" } }, options);
const login = new k8s.core.v1.Secret("login",
  { metadata: { name: "login", namespace }, stringData: { password: "correct horse" } }, options);
const labels = { app: "${selector}" };
const web = new k8s.apps.v1.Deployment("web", {
  metadata: { name: "web", namespace, annotations: { "pulumi.com/skipAwait": "true" } },
  spec: {
    replicas: ${String(replicas)},
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: { containers: [{ name: "main", image: "${image}", resources: { requests: { cpu: "1000m" } } }] },
    },
  },
}, ${resourceOptions});
${extra}
export const settingsName = settings.metadata.name;
export const uid = web.metadata.uid;
export const password = login.data.apply((data) => data["password"]);
`,
  );
}

function live(namespace: string, kind: string, name: string): Record<string, unknown> {
  return JSON.parse(plane.kubectl("get", kind, name, "-n", namespace, "-o", "json")) as Record<
    string,
    unknown
  >;
}

function applyManagers(namespace: string, kind: string, name: string): readonly string[] {
  const json = plane.kubectl("get", kind, name, "-n", namespace, "-o", "json", "--show-managed-fields");
  const { metadata } = JSON.parse(json) as {
    metadata: { managedFields: readonly { manager: string; operation: string }[] };
  };
  return metadata.managedFields
    .filter(({ operation }) => operation === "Apply")
    .map(({ manager }) => manager);
}

/** The inputs in the state by resource name, secrets in clear: what encrypts them differs from update to update. */
async function inputs(stack: EngineStack): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await stack.pulumi(["stack", "export", "--show-secrets"]);
  const { deployment } = JSON.parse(stdout) as Awaited<ReturnType<EngineStack["exportState"]>>;
  const resources = deployment.resources ?? [];
  return Object.fromEntries(
    resources.map(({ urn, inputs: written }) => [urn.slice(urn.lastIndexOf("::") + 2), written]),
  );
}

const MADE = ["create cluster", "create login", "create ns", "create settings", "create web"];

describe("a program's life", () => {
  let stack: EngineStack;
  beforeAll(async () => {
    stack = await stackOn(plane, shop("life"));
  });
  afterAll(() => stack.dispose());

  it("previews in a namespace that is only planned, makes nothing, and says what it checked", async () => {
    const preview = await stack.preview();
    expect(preview).toMatchObject({ code: 0, errors: "", changes: MADE });
    expect(preview.diagnostics.map(({ message }) => message)).toContain(
      'the namespace "life" is only planned: checked the schema alone',
    );
    expect(() => live("life", "namespace", "life")).toThrow('namespaces "life" not found');
  });

  it("refuses a misspelt field before anything is made, in the planned namespace too", async () => {
    await stack.setProgram(shop("life").replace("replicas: 2", "replcas: 2"));
    const preview = await stack.preview();
    expect(preview.code).not.toBe(0);
    expect(preview.errors).toContain("kubernetes:apps/v1:Deployment resource 'web'");
    expect(preview.errors).toContain("property spec.replcas");
    expect(preview.errors).toContain("is not a field of this kind: check its spelling and where it belongs");
    await stack.setProgram(shop("life"));
  });

  it("makes everything, with ids, autonames and outputs as the official provider has them", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: MADE });
    const { settingsName, uid, password } = await stack.outputs();
    expect(settingsName).toMatch(/^settings-[0-9a-f]{7}$/);
    expect(uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(password).toBe(Buffer.from("correct horse").toString("base64"));
    expect((await stack.resource("web")).id).toBe("life/web");
    expect((await stack.resource("ns")).id).toBe("life");
    expect(live("life", "configmap", String(settingsName))).toMatchObject({
      data: { level: "info" },
      metadata: { annotations: { "pulumi.com/autonamed": "true" } },
    });
    expect(applyManagers("life", "deployment", "web")).toEqual([
      expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
    ]);
  });

  it("stores no secret in clear", async () => {
    const state = await stack.exportText();
    expect(state).not.toContain("correct horse");
    expect(state).not.toContain(Buffer.from("correct horse").toString("base64"));
    expect(state).toContain('"level": "info"');
  });

  it("changes nothing the second time, nor in a refresh", async () => {
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    const before = await inputs(stack);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(await inputs(stack)).toEqual(before);
  });

  it("takes a value that is only written differently for no change", async () => {
    await stack.setProgram(shop("life").replace('"1000m"', '"1"'));
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
  });

  it("updates in place what can be", async () => {
    await stack.setProgram(shop("life", { image: "web:2" }));
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, changes: ["update web"] });
    expect(up.operations.find(({ op }) => op === "update")?.diff).toEqual({
      "spec.template.spec.containers[0].image": "update",
    });
    expect(live("life", "deployment", "web")).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "web:2" }] } } },
    });
  });

  it("replaces what cannot be: a given name after the old is gone, an autoname before", async () => {
    const before = await stack.outputs();
    const program = shop("life", { image: "web:2", selector: "shop" }).replace('"info"', '"debug"');
    await stack.setProgram(program);
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    const order = up.operations.filter(({ name, op }) => name === "web" && op !== "same").map(({ op }) => op);
    expect(order).toEqual(["delete-replaced", "replace", "create-replacement"]);
    const settings = up.operations
      .filter(({ name, op }) => name === "settings" && op !== "same")
      .map(({ op }) => op);
    expect(settings).toEqual(["create-replacement", "replace", "delete-replaced"]);
    const after = await stack.outputs();
    expect(after["uid"]).not.toBe(before["uid"]);
    expect(after["settingsName"]).not.toBe(before["settingsName"]);
    expect(plane.kubectl("get", "configmap", "-n", "life", "-o", "name")).not.toContain(
      String(before["settingsName"]),
    );
  });

  it("shows in a refresh what was changed by hand, and names the conflict until it is told to take over", async () => {
    plane.kubectl("set", "image", "deployment/web", "main=web:by-hand", "-n", "life");
    const before = await inputs(stack);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    const after = await inputs(stack);
    expect(after["web"]).toMatchObject({
      spec: { template: { spec: { containers: [{ name: "main", image: "web:by-hand" }] } } },
    });
    expect({ ...after, web: undefined }).toEqual({ ...before, web: undefined });
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain('conflict with "kubectl-set"');
    expect(refused.errors).toContain('pulumi.com/patchForce: "true"');
    const program = shop("life", { image: "web:2", selector: "shop" }).replace('"info"', '"debug"');
    await stack.setProgram(
      program.replace('"pulumi.com/skipAwait"', '"pulumi.com/patchForce": "true", "pulumi.com/skipAwait"'),
    );
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["update web"] });
    expect(live("life", "deployment", "web")).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "web:2" }] } } },
    });
  });

  it("sees that an object is gone, and makes it again", async () => {
    plane.kubectl("delete", "deployment", "web", "-n", "life");
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(Object.keys(await inputs(stack))).not.toContain("web");
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["create web"] });
  });

  it("destroys everything, though some is gone already", async () => {
    plane.kubectl("delete", "secret", "login", "-n", "life");
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.exportState()).deployment.resources).toBeUndefined();
    expect(() => live("life", "namespace", "life")).toThrow('namespaces "life" not found');
  });
});

describe("replicas that an autoscaler sets", () => {
  let stack: EngineStack;
  const ignoring = '{ ...options, ignoreChanges: ["spec.replicas"] }';
  beforeAll(async () => {
    stack = await stackOn(plane, shop("scaled", { resourceOptions: ignoring }));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
  });
  afterAll(async () => {
    await stack.destroy();
    await stack.dispose();
  });

  it("keeps what it set itself through an update that changes something else", async () => {
    await stack.setProgram(shop("scaled", { resourceOptions: ignoring, replicas: 9, image: "web:2" }));
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["update web"] });
    expect(live("scaled", "deployment", "web")).toMatchObject({ spec: { replicas: 2 } });
  });

  it("leaves another manager's number alone: no diff, no conflict, no default of 1", async () => {
    plane.kubectl("scale", "deployment", "web", "--replicas=5", "-n", "scaled");
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
    await stack.setProgram(shop("scaled", { resourceOptions: ignoring, replicas: 9, image: "web:3" }));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["update web"] });
    expect(live("scaled", "deployment", "web")).toMatchObject({ spec: { replicas: 5 } });
    plane.kubectl("scale", "deployment", "web", "--replicas=0", "-n", "scaled");
    await stack.setProgram(shop("scaled", { resourceOptions: ignoring, replicas: 9, image: "web:4" }));
    expect(await stack.up()).toMatchObject({ code: 0, changes: ["update web"] });
    expect(live("scaled", "deployment", "web")).toMatchObject({ spec: { replicas: 0 } });
  });
});

describe("objects that are there already", () => {
  let stack: EngineStack;
  // A comment makes it YAML, which is read by another parser than JSON.
  const kubeconfig = (): string => `# as kubectl writes it\n${plane.programKubeconfig()}`;
  const program = (body: string, settings = {}): string =>
    programFor(plane, body, { kubeconfig: kubeconfig(), ...settings });
  const declared = `new k8s.core.v1.ConfigMap("legacy",
    { metadata: { name: "legacy", namespace: "default" }, data: { level: "info" } }, options);`;
  beforeAll(async () => {
    stack = await stackOn(plane, program(""));
    plane.kubectl("create", "configmap", "legacy", "--from-literal=level=info");
  });
  afterAll(async () => {
    await stack.destroy();
    await stack.dispose();
  });

  it("refuses to create over one that is not the resource's, in the preview already", async () => {
    await stack.setProgram(program(declared));
    for (const result of [await stack.preview(), await stack.up()]) {
      expect(result.code).not.toBe(0);
      expect(result.errors).toContain("ConfigMap default/legacy already exists and is not this resource's");
    }
    expect(applyManagers("default", "configmap", "legacy")).toEqual([]);
  });

  it("imports it, without a difference to what the program declares", async () => {
    await stack.setProgram(
      program(declared.replace("}, options", '}, { ...options, import: "default/legacy" }')),
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["import legacy"] });
    await stack.setProgram(program(declared));
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
  });

  it("takes one over when upsertExistingObjects says so", async () => {
    plane.kubectl("create", "configmap", "other", "--from-literal=level=info");
    const other = declared.replaceAll("legacy", "other");
    await stack.setProgram(program(`${declared}\n${other}`, { upsertExistingObjects: true }));
    expect(await stack.up()).toMatchObject({
      code: 0,
      errors: "",
      changes: ["create other", "update cluster"],
    });
    expect(applyManagers("default", "configmap", "other")).toEqual([
      expect.stringMatching(/^pulumi-kubernetes-[0-9a-f]{8}$/),
    ]);
  });
});
