import { once } from "node:events";
import { createServer, request } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { MemoryAccount } from "../aws/testing.ts";
import { testMachine } from "../parts/haproxy/testing.ts";
import { createIdentities } from "../parts/identity/identities.ts";
import { fetchSigned } from "../parts/identity/testing.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import { createAwsApi } from "./aws-api.ts";
import type { UpdateRequest } from "./protocol.ts";

const testing = testMachine("127.98.41");
const machine = testing as unknown as LocalMachine;
const account = new MemoryAccount();
const identities = createIdentities({ machine, account, log: () => undefined });
const updates: UpdateRequest[] = [];
let server: Server;

beforeAll(async () => {
  const update = (asked: UpdateRequest): Promise<never> => {
    updates.push(asked);
    return Promise.reject(new Error("nothing may be changed"));
  };
  const api = createAwsApi({ machine, account, identities, update, log: () => undefined });
  server = createServer(api.loopback).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await testing.remove();
});

const port = (): number => (server.address() as AddressInfo).port;
const DESCRIBE = "Action=DescribeRules&Version=2015-12-01";

/** fetch lets nobody set Host. */
async function unsigned(method: string, path: string, headers: Record<string, string>): Promise<unknown> {
  const asked = request({ host: "127.0.0.1", port: port(), method, path, headers, agent: false });
  asked.end(method === "POST" ? DESCRIBE : undefined);
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const code = /<Code>(\w+)</.exec(await text(answer))?.[1];
  return [answer.statusCode, code, answer.headers["access-control-allow-origin"]];
}

it.each([
  ["POST", "/", "MissingAuthenticationToken"],
  ["GET", `/?${DESCRIBE}`, "MissingAuthenticationToken"],
  ["GET", "/?Action=ModifyRule&Version=2015-12-01", "MissingAuthenticationToken"],
  ["POST", "/2020-05-31/distribution/E1/invalidation", "MissingAuthenticationToken"],
  ["GET", "/2020-05-31/distribution/E1/config", "MissingAuthenticationToken"],
  ["GET", "/bucket/key", "AccessDenied"],
  ["PUT", "/bucket/key", "AccessDenied"],
  ["DELETE", "/bucket/key", "AccessDenied"],
])("%s %s that nobody signed is refused, from a local user as from a page in a browser", async (...call) => {
  const [method, path, code] = call;
  const page = { origin: "http://rebound.example", host: "rebound.example", "sec-fetch-site": "cross-site" };
  for (const headers of [{ host: `127.0.0.1:${port()}` }, page]) {
    expect(await unsigned(method, path, headers)).toEqual([403, code, undefined]);
  }
  expect(updates).toEqual([]);
});

it("the account's root is answered by its signature", async () => {
  const answer = await fetchSigned(`http://127.0.0.1:${port()}/`, {
    ...{
      service: "elasticloadbalancing",
      method: "POST",
      body: "Action=DescribeLoadBalancers&Version=2015-12-01",
    },
    ...identities.administrator,
  });
  expect([answer.status, await answer.text()]).toEqual([
    200,
    expect.stringContaining("<LoadBalancers></LoadBalancers>"),
  ]);
});
