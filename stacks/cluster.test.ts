import * as pulumi from "@pulumi/pulumi";
import { value } from "../infra/testing/children.ts";
import { cluster } from "./cluster.ts";
import { clusterConfig } from "./config.ts";
import { GOOD, GUARD_IMAGE, raw } from "./testing/configuration.ts";

const PLATFORM = {
  cluster: { name: "twinstack-test", arn: "arn:cluster" },
  kubeconfig: "{}",
  loadBalancer: { ruleArn: "arn:rule", targetGroups: { blue: "arn:blue", green: "arn:green" } },
};
const CONFIG = clusterConfig("test-cluster", "test", raw({ ...GOOD, "twinstack:guardImage": GUARD_IMAGE }));

/** Inputs of all that is made, by `<type> <name>`, on a platform with these outputs. */
async function mocks(platform: object): Promise<ReadonlyMap<string, object>> {
  const made = new Map<string, object>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        if (type === "pulumi:pulumi:StackReference") {
          const outputs = given["name"] === "organization/twinstack/test" ? platform : undefined;
          return { id: name, state: { ...given, outputs } };
        }
        made.set(`${type} ${name}`, given);
        return { id: name, state: given };
      },
      call: () => ({}),
    },
    "twinstack",
    "test-cluster",
    false,
    "organization",
  );
  return made;
}

const NAMESPACE = "kubernetes:core/v1:Namespace namespace";
const GUARD = "kubernetes:apps/v1:Deployment guard-deployment";

it("makes namespace and guard, which moves the platform's rule, and answers what runs", async () => {
  const made = await mocks(PLATFORM);
  const outputs = await cluster("test", CONFIG);
  expect(await Promise.all([outputs.namespace, outputs.guard, outputs.guardImage].map(value))).toEqual([
    "twinstack",
    "twinstack-guard",
    GUARD_IMAGE,
  ]);
  await pulumi.runtime.disconnect();
  expect(made.get(NAMESPACE)).toMatchObject({ metadata: { name: "twinstack" } });
  const guard = made.get(GUARD) as {
    metadata: { namespace: string };
    spec: { template: { spec: { containers: { image: string; env: { name: string; value: string }[] }[] } } };
  };
  const [container] = guard.spec.template.spec.containers;
  expect([guard.metadata.namespace, container?.image]).toEqual(["twinstack", GUARD_IMAGE]);
  const told = Object.fromEntries((container?.env ?? []).map(({ name, value: text }) => [name, text]));
  expect(told).toMatchObject({
    RULE_ARN: "arn:rule",
    TARGET_GROUP_BLUE: "arn:blue",
    TARGET_GROUP_GREEN: "arn:green",
    AWS_REGION: "eu-central-1",
    NAMESPACE: "twinstack",
    METRICS_PORT: "9090",
  });
});

it.each([
  ["a platform that was never brought up", {}, "cluster, kubeconfig, loadBalancer"],
  [
    "a target group that is not there",
    { ...PLATFORM, loadBalancer: { ruleArn: "arn:rule", targetGroups: { blue: "arn:blue" } } },
    "loadBalancer.targetGroups.green",
  ],
])("refuses %s, names what is missing, and makes nothing", async (_what, platform, missing) => {
  const made = await mocks(platform);
  await expect(cluster("test", CONFIG)).rejects.toThrow(
    `Platform stack test has no output ${missing}: bring it up first with \`pulumi up --stack test\`. Nothing was changed.`,
  );
  expect([...made.keys()]).toEqual([]);
});
