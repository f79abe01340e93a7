import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import type { UpdateRequest } from "../../region/protocol.ts";
import { LISTENER_RULE, TARGET_GROUP } from "../haproxy/inventory.ts";
import { stored, testAccount } from "../haproxy/testing.ts";
import { signedHeaders, testIdentity } from "../identity/testing.ts";
import { createElbv2Listener } from "./http.ts";

const ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000";
const rule = `${ELB}:listener-rule/app/edge/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee`;
const blue = `${ELB}:targetgroup/blue/73e2d6bc24d8a067`;
const forward = { type: "forward", targetGroupArn: blue };
const record = new Map([
  [rule, stored(LISTENER_RULE, rule, { actions: [forward], conditions: [], priority: 100 })],
  [blue, stored(TARGET_GROUP, blue, {})],
]);
const updates: UpdateRequest[] = [];
const WHO = "arn:aws:sts::000000000000:assumed-role/guard/session";
const guard = testIdentity(
  WHO,
  "secret",
  (action, resource) => resource === rule || action.startsWith("elasticloadbalancing:Describe"),
);
/** Where nobody calls without a signature, as inside the VPC. */
let server: Server;

beforeAll(async () => {
  server = createServer(
    createElbv2Listener({
      account: testAccount(record),
      targets: { describeTargetHealth: async () => [] },
      identities: (key) => (key === "ASIAGUARD" ? guard : "unknown key"),
      update: async (request) => {
        updates.push(request);
        return stored(LISTENER_RULE, rule, request.inputs);
      },
    }),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void updates.splice(0));

interface Sent {
  readonly key?: string;
  readonly secret?: string;
  /** Another body than the signed one. */
  readonly body?: string;
}

async function call(
  operation: string,
  parameters: Record<string, string>,
  { key = "ASIAGUARD", secret = "secret", body: sent }: Sent = {},
): Promise<readonly [status: number, error: string]> {
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const body = new URLSearchParams({ Action: operation, Version: "2015-12-01", ...parameters }).toString();
  const { host: _host, ...headers } = signedHeaders({
    ...{ service: "elasticloadbalancing", accessKeyId: key, secretAccessKey: secret, body },
    ...{ method: "POST", target: "/" },
    headers: { "content-type": "application/x-www-form-urlencoded", host },
  });
  const answer = await fetch(`http://${host}/`, { method: "POST", headers, body: sent ?? body });
  return [answer.status, /<Error>.*<\/Error>/.exec(await answer.text())?.[0] ?? ""];
}

const actions = { "Actions.member.1.Type": "forward", "Actions.member.1.TargetGroupArn": blue };
const error = (code: string, message: string): string =>
  `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;

it("may what its signer may", async () => {
  expect(await call("ModifyRule", { RuleArn: rule, ...actions })).toEqual([200, ""]);
  expect(updates.map(({ id }) => id)).toEqual([rule]);
  expect(await call("DescribeRules", { "RuleArns.member.1": rule })).toEqual([200, ""]);
});

it("is refused with the right it takes, whether or not there is such a thing", async () => {
  const other = `${rule}0`;
  expect(await call("ModifyRule", { RuleArn: other, ...actions })).toEqual([
    403,
    error(
      "AccessDenied",
      `User: ${WHO} is not authorized to perform: elasticloadbalancing:ModifyRule on resource: ${other} because no identity-based policy allows the elasticloadbalancing:ModifyRule action`,
    ),
  ]);
  expect(await call("CreateRule", {})).toEqual([
    403,
    error(
      "AccessDenied",
      `User: ${WHO} is not authorized to perform: elasticloadbalancing:CreateRule because no identity-based policy allows the elasticloadbalancing:CreateRule action`,
    ),
  ]);
  expect(updates).toEqual([]);
});

it.each([
  ["a key that nobody has", { key: "ASIANOBODY" }, "InvalidClientTokenId"],
  ["another secret", { secret: "other" }, "SignatureDoesNotMatch"],
  ["another body", { body: "Action=DescribeRules&Version=2015-12-01" }, "SignatureDoesNotMatch"],
])("is refused with %s", async (_what, sent, code) => {
  const [status, text] = await call("DescribeLoadBalancers", {}, sent);
  expect([status, /<Code>(\w+)</.exec(text)?.[1]]).toEqual([403, code]);
});

it("is the only one that is answered", async () => {
  const { port } = server.address() as AddressInfo;
  const body = "Action=DescribeLoadBalancers&Version=2015-12-01";
  const answer = await fetch(`http://127.0.0.1:${port}/`, { method: "POST", body });
  expect(answer.status).toBe(403);
  expect(await answer.text()).toContain(
    error("MissingAuthenticationToken", "Request is missing Authentication Token"),
  );
});
