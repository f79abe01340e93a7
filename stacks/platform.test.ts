import * as pulumi from "@pulumi/pulumi";
import { value } from "../infra/testing/children.ts";
import type { PlatformConfig } from "./config.ts";
import { platform } from "./platform.ts";

const CONFIG: PlatformConfig = {
  account: { region: "eu-central-1", allowedAccountIds: ["111122223333"] },
  network: {
    cidr: "10.42.0.0/16",
    zones: ["eu-central-1a", "eu-central-1b"],
    nat: "single",
    interfaceEndpoints: [],
    flowLogRetentionDays: 30,
  },
  cluster: {
    version: "1.34",
    serviceCidr: "172.20.0.0/16",
    adminPrincipals: ["arn:aws:iam::111122223333:role/admin"],
    publicAccessCidrs: [],
    logRetentionDays: 30,
  },
  registry: { keepImages: 50, forceDelete: false },
  edge: {
    ingress: { cidrs: ["10.42.0.0/16"] },
    idleTimeoutSeconds: 60,
    deregistrationDelaySeconds: 30,
    healthCheck: { intervalSeconds: 5, timeoutSeconds: 3, healthyThreshold: 2, unhealthyThreshold: 2 },
  },
  service: {
    namespace: "quiz",
    apiPort: 8080,
    metricsPort: 9090,
    replicas: { min: 2, max: 6, cpuPercent: 60, scaleDownSeconds: 300 },
    resources: { cpuRequestMillis: 250, cpuLimitMillis: 1000, memoryMiB: 512 },
    keepAliveTimeoutSeconds: 75,
    shutdown: { preStopSeconds: 15, drainSeconds: 20, finishSeconds: 10, gracePeriodSeconds: 60 },
  },
  protect: false,
};

const COMPUTED: Readonly<Record<string, object>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://cluster.test",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "aws:lb/loadBalancer:LoadBalancer": { dnsName: "edge.test" },
  "aws:ecr/repository:Repository": { repositoryUrl: "registry.test/twinstack-test" },
  "random:index/randomPassword:RandomPassword": { result: "s3cret" },
};

it("answers the contract that releases, rollout and doorways read; the preview values are secret", async () => {
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { arn: `arn:${name}`, name, ...(inputs as object), ...COMPUTED[type] },
    }),
    call: () => ({}),
  });
  const { kubeconfig, ...outputs } = platform("test", CONFIG);
  const resolved = Object.fromEntries(
    await Promise.all(
      Object.entries(outputs).map(async ([name, output]) => [name, await value<unknown>(output)] as const),
    ),
  );
  await pulumi.runtime.disconnect();

  expect(resolved).toEqual({
    url: "http://edge.test",
    loadBalancer: {
      arn: "arn:edge",
      dnsName: "edge.test",
      listenerArn: "arn:edge-http",
      ruleArn: "arn:edge-traffic",
      previewRuleArns: { blue: "arn:edge-preview-blue", green: "arn:edge-preview-green" },
      targetGroups: { blue: "arn:edge-blue", green: "arn:edge-green" },
    },
    preview: { header: "X-Twinstack-Preview", blue: "blue-s3cret", green: "green-s3cret" },
    cluster: {
      name: "twinstack-test",
      arn: "arn:cluster",
      endpoint: "https://cluster.test",
      version: "1.34",
    },
    registry: { repositoryUrl: "registry.test/twinstack-test", repositoryName: "twinstack-test" },
    namespace: "quiz",
  });
  expect(JSON.parse(await value(kubeconfig))).toMatchObject({ "current-context": "twinstack-test" });
  expect(await Promise.all([pulumi.isSecret(outputs.preview), pulumi.isSecret(outputs.url)])).toEqual([
    true,
    false,
  ]);
});
