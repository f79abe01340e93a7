import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { targetGroupBindingDefinition } from "../../local/parts/cluster/target-group-binding.ts";
import {
  GUARD_IMAGE,
  newEnvironment,
  newSibling,
  OVERRIDE,
  recordedInClear,
  shippedConfig,
} from "./environments/stack.ts";
import { resourceList } from "./environments/recorded-list.ts";
import type { EngineStack } from "./harness.ts";
import { allowedOf } from "./kubernetes-fixture/access-review.ts";
import { ControlPlane } from "./kubernetes-fixture/control-plane.ts";
import { PretendedKubelet, RUNNING, SUCCEEDED } from "./kubernetes-fixture/pods.ts";

function namespaces(): readonly string[] {
  return plane.kubectl("get", "namespaces", "-o", "jsonpath={.items[*].metadata.name}").split(" ");
}

const IMAGE = `000000000000.dkr.ecr.eu-central-1.amazonaws.com/quiz@sha256:${"a".repeat(64)}`;

const GUARD = "deployment.apps/twinstack-guard";

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
    const guarded = { ...config, "twinstack:guardImage": GUARD_IMAGE };
    cluster = await newSibling(`${environment}-cluster`, guarded, platform);
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
    expect((await resourceList(cluster)).map((each) => each.replace(/[0-9a-f]{10}$/, "<hash>"))).toEqual([
      "aws:eks/addon:Addon cluster-metrics-server",
      "kubernetes:apps/v1:Deployment guard-deployment",
      "kubernetes:core/v1:ConfigMap guard-trust-<hash>",
      "kubernetes:core/v1:Namespace namespace",
      "kubernetes:core/v1:ServiceAccount assets-uploader",
      "kubernetes:core/v1:ServiceAccount guard-account",
      "kubernetes:policy/v1:PodDisruptionBudget guard-budget",
      "kubernetes:rbac.authorization.k8s.io/v1:Role guard-rights",
      "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding guard-rights",
      "kubernetes:scheduling.k8s.io/v1:PriorityClass guard-priority",
      "pulumi:providers:kubernetes cluster-kubernetes",
      "twinstack:cluster:MetricsServer metrics-server",
      "twinstack:guard:Guard guard",
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

  it("gives the guard the rights of its work, as the API server judges them, and no others", () => {
    const account = { namespace: "twinstack", name: "twinstack-guard" };
    const needed = [
      "get /configmaps twinstack-rollout",
      "update /configmaps twinstack-rollout",
      "get coordination.k8s.io/leases twinstack-guard",
      "update coordination.k8s.io/leases twinstack-guard",
      "create coordination.k8s.io/leases",
      "get /pods any",
      "list /pods",
      ...["api-blue", "api-green", "worker-blue", "worker-green"].flatMap((name) => [
        `get apps/deployments/scale ${name}`,
        `patch apps/deployments/scale ${name}`,
      ]),
      ...["api-blue", "api-green"].flatMap((name) => [
        `get autoscaling/horizontalpodautoscalers ${name}`,
        `patch autoscaling/horizontalpodautoscalers ${name}`,
      ]),
    ];
    const refused = [
      "get /secrets any",
      "list /secrets",
      "delete /pods any",
      "create /pods",
      "create /pods/exec any",
      "list /configmaps",
      "create /configmaps",
      "update /configmaps another",
      "delete /configmaps twinstack-rollout",
      "update coordination.k8s.io/leases another",
      "patch apps/deployments api-blue",
      "patch apps/deployments/scale twinstack-guard",
      "patch autoscaling/horizontalpodautoscalers another",
      "update rbac.authorization.k8s.io/roles twinstack-guard",
      "create /serviceaccounts/token twinstack-guard",
    ];
    expect(allowedOf(plane, account, [...needed, ...refused])).toEqual(needed);
    expect(allowedOf(plane, account, [...needed, ...refused], "kube-system")).toEqual([]);
  });

  it("comes up: settings, secret, migration, assets, pods and worker", async () => {
    expect(await blue.up()).toMatchObject({ code: 0, errors: "" });
    const names = plane.kubectl("get", "deployments,jobs", "-n", "twinstack", "-o", "name").trim();
    expect(names.replaceAll(/[0-9a-f]{10}/g, "<hash>").split("\n")).toEqual([
      "deployment.apps/api-blue",
      GUARD,
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

  it("is destroyed, and leaves the guard alone in its namespace", async () => {
    expect(await blue.destroy()).toMatchObject({ code: 0, errors: "" });
    const left = plane.kubectl("get", "deployments,jobs,secrets,hpa,pdb", "-n", "twinstack", "-o", "name");
    expect(left.trim().split("\n")).toEqual([GUARD, "poddisruptionbudget.policy/twinstack-guard"]);
    const { resources = [] } = (await blue.exportState()).deployment;
    expect(resources).toEqual([]);
  });

  it("leaves neither namespace nor priority when the cluster's stack is destroyed", async () => {
    expect(await cluster.destroy()).toMatchObject({ code: 0, errors: "" });
    expect(namespaces()).not.toContain("twinstack");
    expect(plane.kubectl("get", "priorityclasses", "-o", "name")).not.toContain("twinstack");
  });
});
