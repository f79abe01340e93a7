import * as pulumi from "@pulumi/pulumi";
import { value } from "../infra/testing/children.ts";
import { platformConfig } from "./config.ts";
import { platform } from "./platform.ts";
import { GOOD, raw } from "./testing/configuration.ts";

const CONFIG = platformConfig("test", raw(GOOD));

const COMPUTED: Readonly<Record<string, object>> = {
  "aws:eks/cluster:Cluster": {
    endpoint: "https://cluster.test",
    certificateAuthority: { data: "Q0E=" },
    vpcConfig: { clusterSecurityGroupId: "sg-cluster" },
  },
  "aws:lb/loadBalancer:LoadBalancer": { dnsName: "edge.test" },
  "aws:cloudfront/distribution:Distribution": { domainName: "cdn.test" },
  "aws:rds/proxy:Proxy": { endpoint: "proxy.test" },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    primaryEndpointAddress: "redis.test",
    readerEndpointAddress: "redis-ro.test",
  },
  "random:index/randomPassword:RandomPassword": { result: "s3cret" },
};

/** `<type> <name>` of all that is made. */
const made: string[] = [];
const inputsByKey = new Map<string, Readonly<Record<string, unknown>>>();

beforeEach(async () => {
  made.length = 0;
  await pulumi.runtime.setMocks({
    newResource: ({ type, name, inputs }) => {
      made.push(`${type} ${name}`);
      const given = inputs as Readonly<Record<string, unknown>>;
      const repositoryUrl = `registry.test/${String(given["name"])}`;
      const state = { arn: `arn:${name}`, name, address: `${name}.test`, repositoryUrl, ...given };
      inputsByKey.set(`${type} ${name}`, given);
      return { id: `${name}-id`, state: { ...state, ...COMPUTED[type] } };
    },
    call: () => ({}),
  });
});

it("answers the contract that releases, rollout and doorways read; what is secret stays so", async () => {
  const { kubeconfig, ...outputs } = platform("test", CONFIG);
  const resolved = Object.fromEntries(
    await Promise.all(
      Object.entries(outputs).map(async ([name, output]) => [name, await value<unknown>(output)] as const),
    ),
  );
  await pulumi.runtime.disconnect();

  expect(resolved).toEqual({
    url: "https://cdn.test",
    cdn: { distributionId: "cdn-id", domainName: "cdn.test", assetsBucket: "cdn-assets-id" },
    assets: { bucket: "cdn-assets-id", serviceAccount: "assets-uploader" },
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
    guard: {
      repositoryUrl: "registry.test/twinstack-test-guard",
      repositoryName: "twinstack-test-guard",
      serviceAccount: "twinstack-guard",
    },
    database: {
      name: "quiz",
      writer: { host: "proxy.test", port: 5432 },
      primary: { host: "database-primary.test", port: 5432 },
      readers: [
        { host: "database-replica-1.test", port: 5432 },
        { host: "database-replica-2.test", port: 5432 },
      ],
    },
    cache: { host: "redis.test", port: 6379, readerHost: "redis-ro.test" },
    queue: { host: "redis.test", port: 6379, readerHost: "redis-ro.test" },
    secretArns: {
      databaseAdmin: "arn:database-admin",
      databaseReadWrite: "arn:database-read-write",
      databaseReadOnly: "arn:database-read-only",
      cacheAuthToken: "arn:cache-cache",
      queueAuthToken: "arn:cache-queue",
    },
  });
  expect(JSON.parse(await value(kubeconfig))).toMatchObject({ "current-context": "twinstack-test" });
  const secret = await Promise.all(
    Object.entries(outputs).map(async ([name, output]) =>
      (await pulumi.isSecret(output as pulumi.Output<unknown>)) ? [name] : [],
    ),
  );
  expect(secret.flat()).toEqual(["preview"]);
  expect(made.filter((each) => /kubernetes/i.test(each))).toEqual([]);
});

it("lets the guard move the weights of its own rule, in its own cluster", async () => {
  await value(platform("test", CONFIG).guard);
  await pulumi.runtime.disconnect();
  expect(inputsByKey.get("aws:eks/podIdentityAssociation:PodIdentityAssociation guard")).toMatchObject({
    clusterName: "twinstack-test",
    namespace: "twinstack",
    serviceAccount: "twinstack-guard",
  });
  const policy = inputsByKey.get("aws:iam/rolePolicy:RolePolicy guard")?.["policy"] as string;
  const { Statement } = JSON.parse(policy) as { Statement: { Sid: string; Resource: string }[] };
  expect(Statement.find(({ Sid }) => Sid === "MoveWeights")?.Resource).toBe("arn:edge-traffic");
});

it("keeps both repositories alike: protected, encrypted, with tags that never move", async () => {
  await value(platform("test", CONFIG).guard);
  await pulumi.runtime.disconnect();
  const repository = (name: string) => inputsByKey.get(`aws:ecr/repository:Repository ${name}`);
  expect(repository("guard-registry")).toEqual({
    ...repository("registry"),
    name: "twinstack-test-guard",
  });
});

it("lets nobody upload where the pods are asked for the assets, and says so", async () => {
  const cdn = { ...CONFIG.edge.cdn, assetsFrom: "load-balancer" as const };
  const { assets } = platform("test", { ...CONFIG, edge: { ...CONFIG.edge, cdn } });
  const answered = await value(assets);
  await pulumi.runtime.disconnect();
  expect(answered).toBeNull();
  expect(made.filter((each) => /assets-uploader/i.test(each))).toEqual([]);
});
