import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { FAILED, PretendedKubelet, RUNNING, SUCCEEDED } from "./kubernetes-fixture/pods.ts";
import { programFor, stackOn } from "./kubernetes-fixture/stack.ts";

jest.setTimeout(120_000);

let plane: ControlPlane;
let stack: EngineStack;
const kubelets: PretendedKubelet[] = [];
beforeAll(async () => {
  plane = await ControlPlane.start();
}, 120_000);
afterEach(async () => {
  for (const kubelet of kubelets.splice(0)) kubelet.stop();
  await stack.destroy();
  await stack.dispose();
});
afterAll(() => plane.stop());

function object(kind: string, name: string, namespace = "default"): Record<string, unknown> {
  const json = plane.kubectl("get", kind, name, "-n", namespace, "-o", "json");
  return JSON.parse(json) as Record<string, unknown>;
}

/** The steps taken for one resource that are no `same`, in order. */
function steps(result: Awaited<ReturnType<EngineStack["up"]>>, name: string): readonly string[] {
  return result.operations
    .filter((operation) => operation.name === name && operation.op !== "same")
    .map(({ op }) => op);
}

const PASSWORDS = ["hidden-in-a-map", "hidden-in-a-list", "hidden-in-a-secret", "hidden-in-text"];

/** A secret value at each kind of place: a map, a list, a Secret's two fields. */
const SECRETS = `
import * as pulumi from "@pulumi/pulumi";
const hide = (text: string) => pulumi.secret(text);
const base64 = (text: string) => Buffer.from(text).toString("base64");
const settings = new k8s.core.v1.ConfigMap("settings",
  { metadata: { name: "settings", namespace: "default" }, data: { level: "info", password: hide("${PASSWORDS[0]}") } },
  options);
const login = new k8s.core.v1.Secret("login", {
  metadata: { name: "login", namespace: "default" }, immutable: true,
  data: { token: base64("${PASSWORDS[2]}") }, stringData: { password: "${PASSWORDS[3]}" },
}, options);
const labels = { app: "web" };
const web = new k8s.apps.v1.Deployment("web", {
  metadata: { name: "web", namespace: "default", annotations: { "pulumi.com/skipAwait": "true" } },
  spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [
    { name: "main", image: "web:1", env: [{ name: "A", value: "open" }, { name: "B", value: hide("${PASSWORDS[1]}") }] },
  ] } } },
}, options);
`;

/** Whatever of the passwords, or of their base64, is in a text. */
function found(text: string): readonly string[] {
  const written = PASSWORDS.flatMap((password) => [password, Buffer.from(password).toString("base64")]);
  return written.filter((password) => text.includes(password));
}

describe("secret values", () => {
  it("are in the cluster, and never in clear in the state: after a create, a refresh and an update", async () => {
    stack = await stackOn(plane, programFor(plane, SECRETS));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect(object("configmap", "settings")).toMatchObject({ data: { password: PASSWORDS[0] } });
    expect(JSON.stringify(object("deployment", "web"))).toContain(PASSWORDS[1]);
    expect(object("secret", "login")).toMatchObject({
      immutable: true,
      data: {
        token: Buffer.from("hidden-in-a-secret").toString("base64"),
        password: Buffer.from("hidden-in-text").toString("base64"),
      },
    });
    expect(found(await stack.exportText())).toEqual([]);

    // Drift beside the secret values: what is read differs from what the state has.
    plane.kubectl("scale", "deployment", "web", "--replicas=2");
    plane.kubectl("label", "configmap", "settings", "by=hand");
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect(found(await stack.exportText())).toEqual([]);

    await stack.setProgram(programFor(plane, SECRETS.replace("web:1", "web:2")));
    plane.kubectl("scale", "deployment", "web", "--replicas=1");
    const up = await stack.up(["--refresh"]);
    expect(up.code === 0 ? "" : up.errors).toBe("");
    expect(found(await stack.exportText())).toEqual([]);
  });
});

describe("an immutable Secret", () => {
  it("is replaced when its data changes, the old one first, and nothing else replaces it", async () => {
    const program = (password: string, label: string): string =>
      programFor(
        plane,
        `new k8s.core.v1.Secret("login", { metadata: { name: "login", namespace: "default", labels: { app: "${label}" } },
           immutable: true, stringData: { password: "${password}" } }, options);`,
      );
    stack = await stackOn(plane, program("one", "web"));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    await stack.setProgram(program("one", "api"));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["update login"] });
    await stack.setProgram(program("two", "api"));
    const replaced = await stack.up();
    expect(replaced).toMatchObject({ code: 0, errors: "" });
    expect(steps(replaced, "login")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    expect(object("secret", "login")).toMatchObject({
      immutable: true,
      data: { password: Buffer.from("two").toString("base64") },
    });
  });
});

const job = (image: string, backoffLimit = 0): string => `
new k8s.batch.v1.Job("migrate", {
  metadata: { name: "migrate", namespace: "default", annotations: { "pulumi.com/timeoutSeconds": "60" } },
  spec: { backoffLimit: ${String(backoffLimit)}, template: { spec: {
    restartPolicy: "Never", containers: [{ name: "main", image: "${image}" }] } } },
}, options);`;

describe("a migration Job", () => {
  it("runs again when its template changes, and is updated in place where it can be", async () => {
    kubelets.push(new PretendedKubelet(plane, "default", () => SUCCEEDED));
    stack = await stackOn(plane, programFor(plane, job("app:1")));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const { uid } = object("job", "migrate")["metadata"] as { uid: string };

    await stack.setProgram(programFor(plane, job("app:1", 3)));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["update migrate"] });
    expect(object("job", "migrate")).toMatchObject({ metadata: { uid }, spec: { backoffLimit: 3 } });

    await stack.setProgram(programFor(plane, job("app:2", 3)));
    const replaced = await stack.up();
    expect(replaced).toMatchObject({ code: 0, errors: "" });
    expect(steps(replaced, "migrate")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    expect(object("job", "migrate")).toMatchObject({
      spec: { template: { spec: { containers: [{ image: "app:2" }] } } },
      status: { succeeded: 1 },
    });
    expect((object("job", "migrate")["metadata"] as { uid: string }).uid).not.toBe(uid);
  });

  it("that failed is kept with its pod's reason, and runs again once its template changes", async () => {
    const failing = new PretendedKubelet(plane, "default", () => FAILED);
    kubelets.push(failing);
    stack = await stackOn(plane, programFor(plane, job("app:1")));
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain("Job default/migrate is in the cluster but not ready");
    expect(failed.errors).toContain("container main exited with code 1: Error: no database");
    expect((await stack.resource("migrate")).initErrors?.length).toBeGreaterThan(1);
    failing.stop();
    kubelets.push(new PretendedKubelet(plane, "default", () => SUCCEEDED));
    await stack.setProgram(programFor(plane, job("app:2")));
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(steps(up, "migrate")).toEqual(["delete-replaced", "replace", "create-replacement"]);
    expect((await stack.resource("migrate")).initErrors ?? []).toEqual([]);
  });
});

describe("a refresh", () => {
  const web = (): string =>
    programFor(
      plane,
      `const labels = { app: "web" };
       new k8s.apps.v1.Deployment("web", {
         metadata: { name: "web", namespace: "default", annotations: { "pulumi.com/timeoutSeconds": "3" } },
         spec: { selector: { matchLabels: labels }, template: { metadata: { labels },
           spec: { containers: [{ name: "main", image: "web:1" }] } } },
       }, options);`,
    );

  it("does not forget that an object is not ready: the next update waits for it again", async () => {
    stack = await stackOn(plane, web());
    expect((await stack.up()).code).not.toBe(0);
    const refresh = await stack.refresh();
    expect(refresh).toMatchObject({ code: 0, errors: "" });
    expect((await stack.resource("web")).initErrors).toEqual([
      "Deployment default/web is in the cluster but not ready",
      "0 of 1 pods available",
    ]);
    const again = await stack.up();
    expect(again.code).not.toBe(0);
    expect(again.errors).toContain("not ready after 3 s: 0 of 1 pods available");

    kubelets.push(new PretendedKubelet(plane, "default", () => RUNNING));
    await stack.setProgram(web().replace('"3"', '"60"'));
    const up = await stack.up(["--refresh"]);
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(steps(up, "web")).toEqual(["refresh", "update"]);
    expect((await stack.resource("web")).initErrors ?? []).toEqual([]);
    expect(await stack.refresh()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.resource("web")).initErrors ?? []).toEqual([]);
    expect(await stack.up()).toMatchObject({ code: 0, changes: [] });
  });
});

describe("an import", () => {
  it("by name alone is of the default namespace, and its object can be changed and destroyed", async () => {
    plane.kubectl("create", "configmap", "plain", "--from-literal=level=info");
    const program = (label: string, options: string): string =>
      programFor(
        plane,
        `new k8s.core.v1.ConfigMap("plain", { metadata: { name: "plain", namespace: "default" ${label} },
           data: { level: "info" } }, ${options});`,
      );
    stack = await stackOn(plane, program("", '{ ...options, import: "plain" }'));
    expect(await stack.up()).toMatchObject({
      code: 0,
      errors: "",
      changes: ["create cluster", "import plain"],
    });
    expect((await stack.resource("plain")).id).toBe("default/plain");
    await stack.setProgram(program(', labels: { app: "web" }', "options"));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["update plain"] });
    expect(object("configmap", "plain")).toMatchObject({ metadata: { labels: { app: "web" } } });
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(plane.kubectl("get", "configmap", "-n", "default", "-o", "name")).not.toContain("plain");
  });
});

describe("a manifest pasted from a cluster", () => {
  it("is made as it was written, and is neither a change nor drift afterwards", async () => {
    plane.kubectl("create", "configmap", "pasted", "--from-literal=level=info");
    plane.kubectl("create", "service", "externalname", "outside", "--external-name=example.test");
    const args = ["get", "configmap/pasted", "service/outside", "-o", "yaml", "--show-managed-fields"];
    const yaml = plane.kubectl(...args);
    plane.kubectl("delete", "configmap/pasted", "service/outside");
    expect(yaml).toContain("managedFields:");
    const text = JSON.stringify(yaml);
    stack = await stackOn(
      plane,
      programFor(plane, `new k8s.yaml.ConfigGroup("group", { yaml: ${text} }, options);`),
    );
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(up.changes).toEqual(
      expect.arrayContaining(["create default/pasted", "create default/outside", "create group"]),
    );
    expect(object("configmap", "pasted")).toMatchObject({ data: { level: "info" } });
    expect(object("service", "outside")).toMatchObject({ spec: { externalName: "example.test" } });
    const again = await stack.up(["--refresh"]);
    expect(again).toMatchObject({ code: 0, errors: "" });
    expect(again.changes.filter((change) => !change.startsWith("refresh "))).toEqual([]);
  });
});
