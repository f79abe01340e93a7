import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";

import { RecordedAccount } from "../../aws/testing-account.ts";
import type { UpdateRequest } from "../../region/protocol.ts";
import { LISTENER_RULE, TARGET_GROUP } from "../haproxy/inventory.ts";
import { stored } from "../haproxy/testing.ts";
import { fetchSigned, signedHeaders, testIdentity } from "../identity/testing.ts";
import type { ToSign } from "../identity/testing.ts";
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
let server: Server;
const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

beforeAll(async () => {
  server = createServer(
    createElbv2Listener({
      account: new RecordedAccount(record),
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
  const body = new URLSearchParams({ Action: operation, Version: "2015-12-01", ...parameters }).toString();
  const answer = await fetchSigned(address(), {
    ...{ service: "elasticloadbalancing", accessKeyId: key, secretAccessKey: secret },
    ...{ method: "POST", body, headers: { "content-type": "application/x-www-form-urlencoded" } },
    ...(sent === undefined ? {} : { sent }),
  });
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

it.each([
  ["POST", "", "Action=DescribeLoadBalancers&Version=2015-12-01"],
  ["GET", "?Action=DescribeLoadBalancers&Version=2015-12-01", undefined],
  [
    "POST",
    "",
    new URLSearchParams({ Action: "ModifyRule", Version: "2015-12-01", RuleArn: rule, ...actions }),
  ],
  ["GET", `?Action=ModifyRule&Version=2015-12-01&RuleArn=${rule}&Actions.member.1.Type=forward`, undefined],
])(
  "is the only one that is answered, not %s /%s of anybody, also of a page in a browser",
  async (...call) => {
    const [method, query, body = null] = call;
    for (const headers of [{}, { origin: "http://rebound.example", host: "rebound.example" }]) {
      const answer = await fetch(`${address()}${query}`, { method, body, headers });
      expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([403, null]);
      expect(await answer.text()).toContain(
        error("MissingAuthenticationToken", "Request is missing Authentication Token"),
      );
    }
    expect(updates).toEqual([]);
  },
);

/** What is answered to a request whose body never ends; `signed`: by whom, undefined: by nobody. */
async function withoutEnd(signed: Partial<ToSign> | undefined): Promise<readonly unknown[]> {
  const { host } = new URL(address());
  const headers =
    signed === undefined
      ? { host }
      : signedHeaders({
          ...{ service: "elasticloadbalancing", accessKeyId: "ASIAGUARD", secretAccessKey: "secret" },
          ...{ method: "POST", target: "/", ...signed, headers: { host, ...signed.headers } },
        });
  const asked = request(address(), { method: "POST", headers, agent: false });
  asked.on("error", () => undefined);
  const write = (): void => {
    while (!asked.destroyed && asked.write(Buffer.alloc(1024)));
  };
  asked.on("drain", write);
  write();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const text = await textOf(answer);
  asked.destroy();
  return [answer.statusCode, /<Code>(\w+)</.exec(text)?.[1]];
}

it.each([
  ["nobody", undefined, 403, "MissingAuthenticationToken"],
  ["an unknown key", { accessKeyId: "ASIANOBODY" }, 403, "InvalidClientTokenId"],
  ["another day", { at: new Date(0) }, 403, "SignatureDoesNotMatch"],
  [
    "another secret, that says the body's SHA-256",
    { secretAccessKey: "other", headers: { "x-amz-content-sha256": "0".repeat(64) } },
    403,
    "SignatureDoesNotMatch",
  ],
  ["a known key", {}, 413, "RequestEntityTooLarge"],
])("a body without end of %s is not read to its end", async (_who, signed, status, code) => {
  expect(await withoutEnd(signed)).toEqual([status, code]);
  expect(updates).toEqual([]);
});
