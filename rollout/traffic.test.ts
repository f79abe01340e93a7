/** AWS's own client against the local cloud's ELBv2: what it signs, sends and reads is what AWS takes. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { RecordedAccount } from "../local/aws/testing-account.ts";
import { createElbv2Listener } from "../local/parts/elbv2-api/http.ts";
import { LISTENER_RULE, TARGET_GROUP } from "../local/parts/haproxy/inventory.ts";
import { stored } from "../local/parts/haproxy/testing.ts";
import { testIdentity } from "../local/parts/identity/testing.ts";
import type { StoredResource } from "../local/region/protocol.ts";
import { Elbv2Traffic } from "./traffic.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
const ruleArn = `${ELB}:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`;
const group = (name: string): string => `${ELB}:targetgroup/${name}/73e2d6bc24d8a067`;

const record = new Map<string, StoredResource>();
/** Another hand that writes right after an update. */
let afterUpdate: () => void = () => undefined;

function writeWeights(blue: number, green: number): void {
  const targetGroups = [
    { arn: group("blue"), weight: blue },
    { arn: group("green"), weight: green },
  ];
  const conditions = [{ pathPattern: { values: ["/*"] } }];
  const actions = [{ type: "forward", forward: { targetGroups } }];
  record.set(ruleArn, stored(LISTENER_RULE, ruleArn, { conditions, actions }, { priority: 100 }));
}

const server = createServer(
  createElbv2Listener({
    account: new RecordedAccount(record),
    identities: () => testIdentity("arn:aws:iam::000000000000:root", "secret"),
    targets: {
      describeTargetHealth: async (arn) =>
        arn === group("green")
          ? [
              {
                target: { id: "10.1.0.7", port: 8080 },
                healthCheckPort: 8080,
                health: { state: "unhealthy", reason: "Target.Timeout", description: "slow" },
              },
            ]
          : [],
    },
    update: async (request) => {
      const before = record.get(request.id);
      if (before === undefined) throw new Error("not there");
      const after = { ...before, inputs: request.inputs };
      record.set(request.id, after);
      afterUpdate();
      return after;
    },
  }),
);
let client: ElasticLoadBalancingV2Client;
let traffic: Elbv2Traffic;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  client = new ElasticLoadBalancingV2Client({
    region: "eu-central-1",
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: "AKIAROOT", secretAccessKey: "secret" },
  });
  const targetGroups = { blue: group("blue"), green: group("green") };
  traffic = new Elbv2Traffic(client, { ruleArn, targetGroups });
});
afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  afterUpdate = () => undefined;
  record.clear();
  for (const name of ["blue", "green"])
    record.set(group(name), stored(TARGET_GROUP, group(name), {}, { name }));
  writeWeights(100, 0);
});

it("reads the weights, and moves them", async () => {
  expect(await traffic.weights()).toEqual({ blue: 100, green: 0 });
  await traffic.setWeights({ blue: 10, green: 90 });
  expect(await traffic.weights()).toEqual({ blue: 10, green: 90 });
});

it("says so when what it wrote is not what it reads back", async () => {
  afterUpdate = () => writeWeights(50, 50);
  await expect(traffic.setWeights({ blue: 0, green: 100 })).rejects.toThrow(
    "the rule's weights are blue 50 green 50 after blue 0 green 100 was written",
  );
});

it("passes on AWS's refusal", async () => {
  record.delete(ruleArn);
  await expect(traffic.weights()).rejects.toMatchObject({ name: "RuleNotFoundException" });
});

it("tells each target's state, and why", async () => {
  expect(await traffic.targets("green")).toEqual([
    { address: "10.1.0.7", state: "unhealthy", reason: "Target.Timeout" },
  ]);
  expect(await traffic.targets("blue")).toEqual([]);
});
