import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { targetGroupBindingDefinition } from "../../local/parts/cluster/target-group-binding.ts";
import {
  newEnvironment,
  newSibling,
  OVERRIDE,
  recordedInClear,
  shippedConfig,
} from "./environments/stack.ts";
import { resourceList } from "./environments/recorded-list.ts";
import type { EngineStack } from "./harness.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { PretendedKubelet, RUNNING, SUCCEEDED } from "./kubernetes-fixture/pods.ts";

function namespaces(): readonly string[] {
  return plane.kubectl("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}").split(" ");
}

const IMAGE = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/quiz@sha256:${"a".repeat(64)}`;

let plane: ControlPlane;
let kubelet: PretendedKubelet;
beforeAll(async () => {
  plane = await ControlPlane.start();
  const file = join(plane.dir, "binding.json");
  writeFileSync(file, JSON.stringify(targetGroupBindingDefinition()));
  plane.kubectl("apply", "-f", file);
  // The Jobs' pods finish, all others run: what the nodes would do.
  kubelet = new PretendedKubelet(plane, "twinstack", ({ labels }) =>
    ["migrate", "upload-assets"].includes(labels["app.kubernetes.io/name"] ?? "") ? SUCCEEDED : RUNNING,
  );
});
afterAll(async () => {
  kubelet.stop();
  await plane.stop();
});

describe.each(["staging", "prod"])("%s as it is shipped, with a release on blue", (environment) => {
  let platform: EngineStack;
  let cluster: EngineStack;
  let blue: EngineStack;
  beforeAll(async () => {
    const config = { ...(await shippedConfig(environment)), ...OVERRIDE, "twinstack:protect": false };
    platform = await newEnvironment(environment, config, plane);
    cluster = await newSibling(`${environment}-cluster`, config, platform);
    blue = await newSibling(`${environment}-blue`, { ...config, "twinstack:image": IMAGE }, platform);
    expect(await platform.up()).toMatchObject({ code: 0, errors: "" });
  });
  afterAll(async () => {
    await platform.destroy();
    await blue.dispose();
    await cluster.dispose();
    await platform.dispose();
  });

  it("is refused before the cluster's stack is up", async () => {
    const refused = await blue.up();
    expect(refused.code).not.toBe(0);
    expect(refused.errors).toContain(
      `Cluster stack ${environment}-cluster has no output namespace: bring it up first with`,
    );
    expect(namespaces()).not.toContain("twinstack");
  });

  it("has a cluster's stack of what lives inside Kubernetes and outlives a release", async () => {
    expect(await cluster.up()).toMatchObject({ code: 0, errors: "" });
    expect(await resourceList(cluster)).toEqual([
      "aws:eks/addon:Addon cluster-metrics-server",
      "kubernetes:core/v1:Namespace namespace",
      "kubernetes:core/v1:ServiceAccount assets-uploader",
      "pulumi:providers:kubernetes cluster-kubernetes",
      "twinstack:cluster:MetricsServer metrics-server",
      "twinstack:service:AssetsAccount assets-uploader",
      "twinstack:service:ServiceNamespace namespace",
    ]);
    expect(namespaces()).toContain("twinstack");
    expect(await cluster.up()).toMatchObject({
      code: 0,
      errors: "",
      changes: [`read organization/twinstack/${environment}`],
    });
    expect(await cluster.refresh(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "" });
  });

  it("comes up: settings, secret, migration, assets, pods and worker", async () => {
    expect(await blue.up()).toMatchObject({ code: 0, errors: "" });
    const names = plane.kubectl("get", "deployments,jobs", "-n", "twinstack", "-o", "name").trim();
    expect(names.replaceAll(/[0-9a-f]{10}/g, "<hash>").split("\n")).toEqual([
      "deployment.apps/api-blue",
      "deployment.apps/worker-blue",
      "job.batch/api-blue-migrate-<hash>",
      "job.batch/api-blue-upload-assets-<hash>",
    ]);
  });

  it("changes nothing in a second up, nor in a refresh", async () => {
    // What it read of other stacks is another reading each time, and the cluster goes on writing each status.
    const made = async () =>
      (await recordedInClear(blue))
        .filter(({ urn }) => !urn.includes("StackReference"))
        .map(({ urn, id, inputs }) => ({ urn, id, inputs }));
    const before = await made();
    const reads = [
      `read organization/twinstack/${environment}`,
      `read organization/twinstack/${environment}-cluster`,
      "read self",
    ];
    expect(await blue.up()).toMatchObject({ code: 0, errors: "", changes: reads });
    expect(await blue.refresh(["--expect-no-changes"])).toMatchObject({ code: 0, errors: "" });
    expect(await made()).toEqual(before);
  });

  it("keeps the platform's secrets out of the state in clear", async () => {
    const platformState = await recordedInClear(platform);
    const passwords = platformState
      .filter(({ urn }) => urn.includes("random:index/randomPassword"))
      .map(({ outputs }) => String(outputs?.["result"]));
    expect(passwords).toHaveLength(6);
    const { stdout } = await blue.pulumi(["stack", "export"]);
    expect(stdout.length).toBeGreaterThan(1000);
    for (const password of passwords) {
      expect(stdout).not.toContain(password);
      expect(stdout).not.toContain(Buffer.from(password).toString("base64"));
    }
  });

  it("is destroyed, and leaves nothing in its namespace", async () => {
    expect(await blue.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(plane.kubectl("get", "deployments,jobs,secrets,hpa,pdb", "-n", "twinstack", "-o", "name")).toBe(
      "",
    );
    const { resources = [] } = (await blue.exportState()).deployment;
    expect(resources).toEqual([]);
  });

  it("leaves no namespace when the cluster's stack is destroyed", async () => {
    expect(await cluster.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(namespaces()).not.toContain("twinstack");
  });
});
