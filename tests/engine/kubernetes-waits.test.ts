import { processesWith, until, type EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { FAILED, IMAGE_NOT_FOUND, PretendedKubelet, RUNNING, SUCCEEDED } from "./kubernetes-fixture/pods.ts";
import { programFor, stackOn } from "./kubernetes-fixture/stack.ts";

let plane: ControlPlane;
beforeAll(async () => {
  plane = await ControlPlane.start();
}, 120_000);
afterAll(async () => {
  await plane.stop();
});

/** Stacks and kubelets of one test, ended after it. */
const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) {
    await cleanUp();
  }
});

async function testStack(body: string): Promise<EngineStack> {
  const stack = await stackOn(plane, programFor(plane, body));
  cleanUps.push(async () => {
    await stack.destroy();
    await stack.dispose();
  });
  return stack;
}

function kubelet(namespace: string, status: unknown): PretendedKubelet {
  const pretended = new PretendedKubelet(plane, namespace, () => status);
  cleanUps.push(() => {
    pretended.stop();
  });
  return pretended;
}

/** A namespace and a Deployment of one pod in it, which is waited for. */
function workload(namespace: string, timeoutSeconds: number, image = "web:1"): string {
  return `
const ns = new k8s.core.v1.Namespace("ns", { metadata: { name: "${namespace}" } }, options);
const labels = { app: "web" };
const web = new k8s.apps.v1.Deployment("web", {
  metadata: {
    name: "web", namespace: ns.metadata.name,
    annotations: { "pulumi.com/timeoutSeconds": "${String(timeoutSeconds)}" },
  },
  spec: {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: "main", image: "${image}" }] } },
  },
}, options);
`;
}

const NAMESPACE = (namespace: string): string =>
  `const ns = new k8s.core.v1.Namespace("ns", { metadata: { name: "${namespace}" } }, options);`;

/** A Job that is waited for, in the namespace `ns`. */
function job(name: string, spec = "", annotations = ""): string {
  return `
new k8s.batch.v1.Job("${name}", {
  metadata: {
    name: "${name}", namespace: ns.metadata.name, annotations: { "pulumi.com/timeoutSeconds": "30", ${annotations} },
  },
  spec: {
    backoffLimit: 0, ${spec}
    template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "web:1" }] } },
  },
}, options);
`;
}

describe("a Deployment", () => {
  it("is made when its pods are available", async () => {
    const stack = await testStack(workload("available", 40));
    kubelet("available", RUNNING);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.resource("web")).outputs).toMatchObject({ status: { availableReplicas: 1 } });
  });

  it("that does not get ready is kept with the reasons, and the next update waits again", async () => {
    const stack = await testStack(workload("broken", 3));
    const absent = kubelet("broken", IMAGE_NOT_FOUND);
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain("Deployment broken/web is in the cluster but not ready");
    expect(failed.errors).toContain("not ready after 3 s: 0 of 1 pods available");
    expect(failed.errors).toContain(
      'container main ImagePullBackOff: Back-off pulling image "registry.local/web:missing"',
    );
    const kept = await stack.resource("web");
    expect(kept).toMatchObject({ id: "broken/web", outputs: { metadata: { name: "web" } } });
    expect(kept.initErrors?.length).toBeGreaterThan(1);

    absent.stop();
    kubelet("broken", RUNNING);
    await stack.setProgram(programFor(plane, workload("broken", 40)));
    expect(await stack.up()).toMatchObject({ code: 0, errors: "", changes: ["update web"] });
    expect((await stack.resource("web")).initErrors ?? []).toEqual([]);
  });
});

describe("a Job", () => {
  it("is made when it has completed, also when it is cleared away at once", async () => {
    const stack = await testStack(
      NAMESPACE("completed") + job("kept") + job("cleared", "ttlSecondsAfterFinished: 0,"),
    );
    kubelet("completed", SUCCEEDED);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    for (const name of ["kept", "cleared"]) {
      expect((await stack.resource(name)).outputs).toMatchObject({ status: { succeeded: 1 } });
    }
    expect(plane.kubectl("get", "jobs", "-n", "completed", "-o", "name")).toBe("job.batch/kept\n");
  });

  it("that failed says so at once with its pod's end, and is replaced when replaceUnready asks for it", async () => {
    const stack = await testStack(NAMESPACE("failing") + job("migrate"));
    const broken = kubelet("failing", FAILED);
    const failed = await stack.up();
    expect(failed.code).not.toBe(0);
    expect(failed.errors).toContain("BackoffLimitExceeded");
    expect(failed.errors).toContain("container main exited with code 1: Error: no database");
    broken.stop();
    kubelet("failing", SUCCEEDED);
    await stack.setProgram(
      programFor(plane, NAMESPACE("failing") + job("migrate", "", '"pulumi.com/replaceUnready": "true"')),
    );
    const up = await stack.up();
    expect(up).toMatchObject({ code: 0, errors: "" });
    expect(up.changes).toEqual(["create-replacement migrate", "delete-replaced migrate", "replace migrate"]);
  });
});

const SERVICE = (namespace: string, annotations: string, spec: string): string => `
${NAMESPACE(namespace)}
const service = new k8s.core.v1.Service("service", {
  metadata: { name: "service", namespace: ns.metadata.name, annotations: { ${annotations} } },
  spec: { ports: [{ port: 80 }], ${spec} },
}, options);
`;

describe("a Service", () => {
  it("that no pod stands behind is ready, and what a program only gets is read, ready or not", async () => {
    plane.kubectl("create", "deployment", "unhealthy", "--image=web:1");
    cleanUps.push(() => plane.kubectl("delete", "deployment", "unhealthy"));
    const stack = await testStack(
      `${SERVICE("lonely", '"pulumi.com/timeoutSeconds": "2"', 'selector: { app: "web" }')}
const seen = k8s.apps.v1.Deployment.get("seen", "default/unhealthy", options);
export const image = seen.spec.template.spec.containers[0].image;`,
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect(await stack.resource("service")).toMatchObject({ id: "lonely/service" });
    expect(await stack.outputs()).toEqual({ image: "web:1" });
  });

  it("is not waited for when it is told so, is headless, or has no selector", async () => {
    const soon = '"pulumi.com/timeoutSeconds": "2"';
    const stack = await testStack(
      SERVICE("quiet", '"pulumi.com/skipAwait": "true"', 'selector: { app: "web" }') +
        `new k8s.core.v1.Service("headless", { metadata: { name: "headless", namespace: "quiet", annotations: { ${soon} } },
          spec: { clusterIP: "None", selector: { app: "web" }, ports: [{ port: 80 }] } }, { ...options, dependsOn: ns });
        new k8s.core.v1.Service("bare", { metadata: { name: "bare", namespace: "quiet", annotations: { ${soon} } },
          spec: { ports: [{ port: 80 }] } }, { ...options, dependsOn: ns });`,
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
  });
});

const DEFINITION = `
const definition = new k8s.apiextensions.v1.CustomResourceDefinition("definition", {
  metadata: { name: "widgets.example.test" },
  spec: {
    group: "example.test", scope: "Namespaced", names: { kind: "Widget", plural: "widgets", singular: "widget" },
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: {
      type: "object", properties: { spec: { type: "object", properties: { size: { type: "integer" } } } } } } }],
  },
}, options);
const widget = new k8s.apiextensions.CustomResource("widget", {
  apiVersion: "example.test/v1", kind: "Widget", metadata: { name: "small" }, spec: { size: 1 },
}, { ...options, dependsOn: definition });
`;

describe("a custom resource", () => {
  it("is made together with its definition, and checked strictly from then on", async () => {
    const stack = await testStack(DEFINITION);
    const preview = await stack.preview();
    expect(preview).toMatchObject({
      code: 0,
      changes: ["create cluster", "create definition", "create widget"],
    });
    expect(preview.diagnostics.map(({ message }) => message)).toContain(
      "not checked: the cluster does not serve example.test/v1 Widget yet",
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect((await stack.resource("widget")).id).toBe("default/small");

    await stack.setProgram(programFor(plane, DEFINITION.replace("size: 1 }", "sise: 1 }")));
    const refused = await stack.up();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain("spec.sise");
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(() => plane.kubectl("get", "crd", "widgets.example.test")).toThrow("not found");
  });
});

describe("an update that is cut off", () => {
  it("leaves objects that the next update takes up, a given name and an autoname alike", async () => {
    const program = (timeout: number): string => workload("cut", timeout).replace('name: "web", ', "");
    const stack = await testStack(program(60));
    const running = stack.start("up");
    const names = async (): Promise<string> => plane.kubectl("get", "deployments", "-n", "cut", "-o", "name");
    const made = await until("the Deployment", async () => (await names()).trim() || undefined, 40);
    for (const pid of await processesWith(stack.root)) {
      process.kill(pid, "SIGKILL");
    }
    expect((await running.result).code).not.toBe(0);
    await stack.pulumi(["cancel", "--yes"]);

    kubelet("cut", RUNNING);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    expect((await names()).trim()).toBe(made);
    expect((await stack.resource("web")).id).toBe(`cut/${made.split("/")[1] ?? ""}`);
  });
});

describe("a deletion", () => {
  it("that a finalizer holds up fails with its name, and is no problem once that is gone", async () => {
    const body = `new k8s.core.v1.ConfigMap("held", { metadata: {
      name: "held", namespace: "default", finalizers: ["example.test/guard"],
      annotations: { "pulumi.com/timeoutSeconds": "2" },
    } }, options);`;
    const stack = await testStack(body);
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    const held = await stack.destroy();
    expect(held.code).not.toBe(0);
    expect(held.errors).toContain("it is being deleted, held by its finalizers example.test/guard");
    plane.kubectl("patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
  });

  it("spares another object that has taken the name since", async () => {
    const stack = await testStack(
      'new k8s.core.v1.ConfigMap("taken", { metadata: { name: "taken", namespace: "default" } }, options);',
    );
    expect(await stack.up()).toMatchObject({ code: 0, errors: "" });
    plane.kubectl("delete", "configmap", "taken");
    plane.kubectl("create", "configmap", "taken", "--from-literal=mine=1");
    expect(await stack.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(plane.kubectl("get", "configmap", "taken", "-o", "jsonpath={.data.mine}")).toBe("1");
    plane.kubectl("delete", "configmap", "taken");
  });
});
