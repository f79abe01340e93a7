import * as pulumi from "@pulumi/pulumi";
import { value } from "../infra/testing/children.ts";
import { releaseConfig } from "./config.ts";
import { release } from "./release.ts";
import { GOOD, raw } from "./testing/configuration.ts";

const OLD = `registry.test/app@sha256:${"0".repeat(64)}`;
const NEW = `registry.test/app@sha256:${"1".repeat(64)}`;

const PLATFORM = {
  url: "https://quiz.test",
  loadBalancer: { ruleArn: "arn:rule", targetGroups: { blue: "arn:blue", green: "arn:green" } },
  cluster: { name: "twinstack-test", arn: "arn:cluster" },
  kubeconfig: "{}",
  assets: { bucket: "assets-1", serviceAccount: "assets-uploader" },
  database: {
    name: "quiz",
    writer: { host: "proxy.test", port: 5432 },
    primary: { host: "primary.test", port: 5432 },
    readers: [{ host: "replica.test", port: 5432 }],
  },
  cache: { host: "cache.test", port: 6379, readerHost: "cache-ro.test" },
  queue: { host: "queue.test", port: 6379, readerHost: "queue-ro.test" },
  secretArns: {
    databaseAdmin: "arn:admin",
    databaseReadWrite: "arn:rw",
    databaseReadOnly: "arn:ro",
    cacheAuthToken: "arn:cache",
    queueAuthToken: "arn:queue",
  },
};
const INSIDE = { namespace: "quiz" };

const SECRETS: Readonly<Record<string, string>> = {
  "arn:admin": '{"username":"twinstack_admin","password":"admin-secret"}',
  "arn:rw": '{"username":"app_rw","password":"rw-secret"}',
  "arn:ro": '{"username":"app_ro","password":"ro-secret"}',
  "arn:cache": "cache-secret",
  "arn:queue": "queue-secret",
};

const CONFIG = releaseConfig("test-blue", "test", raw({ ...GOOD, "twinstack:image": NEW }));

const inputsByKey = new Map<string, object>();
const inputsOf = (key: string): object | undefined => inputsByKey.get(key);

/** Blue serves everything; `own` are the outputs of the release stack's last update. Answers what is registered. */
async function mocks(
  platform: object,
  own: object,
  { inside = INSIDE, secrets = SECRETS }: { inside?: object; secrets?: typeof SECRETS } = {},
): Promise<string[]> {
  const made: string[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        const given = inputs as Record<string, unknown>;
        if (type === "pulumi:pulumi:StackReference") {
          const known: Readonly<Record<string, object>> = {
            "organization/twinstack/test": platform,
            "organization/twinstack/test-cluster": inside,
            "organization/twinstack/test-blue": own,
          };
          return { id: name, state: { ...given, outputs: known[String(given["name"])] } };
        }
        made.push(`${type} ${name}`);
        inputsByKey.set(`${type} ${name}`, given);
        return { id: name, state: given };
      },
      call: ({ token, inputs }) =>
        token === "aws:secretsmanager/getSecretVersion:getSecretVersion"
          ? { secretString: secrets[String((inputs as Record<string, unknown>)["secretId"])] }
          : {
              arn: "arn:rule",
              actions: [{ forwards: [{ targetGroups: [{ arn: "arn:blue", weight: 100 }] }] }],
            },
    },
    "twinstack",
    "test-blue",
    false,
    "organization",
  );
  return made;
}

describe("release", () => {
  it("releases a colour for the first time, into the cluster's namespace and the platform's target group", async () => {
    const made = await mocks(PLATFORM, {});
    const outputs = await release("test", "blue", CONFIG);
    expect(outputs.colour).toBe("blue");
    expect(await Promise.all([outputs.image, outputs.deployment, outputs.service].map(value))).toEqual([
      NEW,
      "api-blue",
      "api-blue",
    ]);
    await pulumi.runtime.disconnect();
    expect(made).toContain("kubernetes:apps/v1:Deployment api-deployment");
    const secret = made.find((each) => each.startsWith("kubernetes:core/v1:Secret ")) ?? "";
    expect(inputsOf(secret)).toMatchObject({
      metadata: { namespace: "quiz" },
      data: { value: { "database-admin-password": Buffer.from("admin-secret").toString("base64") } },
    });
    // Blue serves: its worker starts with it.
    expect(inputsOf("kubernetes:apps/v1:Deployment api-worker")).toMatchObject({ spec: { replicas: 1 } });
  });

  it("uploads the image's assets where the platform has a bucket for them, and only there", async () => {
    const jobs = async (platform: object) => {
      const made = await mocks(platform, {});
      await value((await release("test", "blue", CONFIG)).image);
      await pulumi.runtime.disconnect();
      return made.filter((each) => each.startsWith("kubernetes:batch/v1:Job ")).sort();
    };
    const migration = expect.stringContaining(" api-migration-");
    const [upload = "", ...others] = await jobs(PLATFORM);
    expect(others).toEqual([migration]);
    expect(upload).toContain(" api-assets-");
    expect(JSON.stringify(inputsOf(upload))).toContain(
      '{"name":"ASSETS_BUCKET","value":"assets-1"},{"name":"AWS_REGION","value":"eu-central-1"}',
    );
    const { assets: _assets, ...before } = PLATFORM;
    expect(await jobs({ ...PLATFORM, assets: null })).toEqual([migration]);
    // A platform that was brought up before there were uploads.
    expect(await jobs(before)).toEqual([migration]);
  });

  it("refuses another image on the colour that serves, before anything is registered", async () => {
    const made = await mocks(PLATFORM, { image: OLD });
    await expect(release("test", "blue", CONFIG)).rejects.toThrow(
      "release to test-green, which is idle, and move the weights (`make rollout` does both). Nothing was changed.",
    );
    expect(made).toEqual([]);
  });

  it("refuses without a platform, and names what is missing", async () => {
    const made = await mocks({}, {});
    await expect(release("test", "blue", CONFIG)).rejects.toThrow(
      "Platform stack test has no output cluster, kubeconfig, loadBalancer, url, database, cache, queue, secretArns: " +
        "bring it up first with `pulumi up --stack test`. Nothing was changed.",
    );
    expect(made).toEqual([]);
  });

  it("refuses without the cluster's stack, and names it", async () => {
    const made = await mocks(PLATFORM, {}, { inside: {} });
    await expect(release("test", "blue", CONFIG)).rejects.toThrow(
      "Cluster stack test-cluster has no output namespace: bring it up first with `pulumi up --stack test-cluster`.",
    );
    expect(made).toEqual([]);
  });

  it.each([
    ["no JSON", "broken-value"],
    ["JSON of another kind", '["broken-value"]'],
    ["without a password", '{"username":"broken-value"}'],
  ])("refuses a secret that is %s, and does not show it", async (_what, text) => {
    const made = await mocks(PLATFORM, {}, { secrets: { ...SECRETS, "arn:rw": text } });
    const failure = await release("test", "blue", CONFIG).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      message:
        'The secret arn:rw is not {"username": …, "password": …}: bring the platform up again. Nothing was changed.',
    });
    expect(made).toEqual([]);
  });
});
