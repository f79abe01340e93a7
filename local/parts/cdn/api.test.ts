import { createServer, request } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { RecordedAccount } from "../../aws/testing-account.ts";
import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { AwsError } from "../../aws/model.ts";
import { stored } from "../haproxy/testing.ts";
import type { Identity } from "../identity/identity.ts";
import { fetchSigned, signedHeaders, testIdentity } from "../identity/testing.ts";
import type { ToSign } from "../identity/testing.ts";
import { createCloudFrontListener } from "./api.ts";

const account = new RecordedAccount(new Map([["E1", stored(DISTRIBUTION, "E1", {})]]));
const invalidated: (readonly [string, readonly string[]])[] = [];
const edge = {
  invalidate: (id: string, paths: readonly string[]): number => {
    if (paths.includes("wrong")) throw new AwsError("InvalidArgument", "invalid path: <wrong>");
    return invalidated.push([id, paths]);
  },
};
const KNOWN: Readonly<Record<string, Identity>> = {
  AKIAROOT: testIdentity("arn:aws:iam::000000000000:root", "secret"),
  ASIANOBODY: testIdentity("arn:aws:sts::000000000000:assumed-role/nobody/session", "secret", () => false),
};
let server: Server;
const url = (path: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
const as = (accessKeyId: string): Pick<ToSign, "service" | "accessKeyId" | "secretAccessKey"> => ({
  ...{ service: "cloudfront", accessKeyId, secretAccessKey: "secret" },
});

beforeAll(async () => {
  const listener = createCloudFrontListener({
    account,
    edge,
    identities: (key) => KNOWN[key] ?? "unknown key",
  });
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => void invalidated.splice(0));

async function invalidate(id: string, ...paths: readonly string[]): Promise<readonly [number, string]> {
  const items = paths.map((path) => `<Path>${path}</Path>`).join("");
  const answer = await fetchSigned(url(`/2020-05-31/distribution/${id}/invalidation`), {
    ...as("AKIAROOT"),
    method: "POST",
    body: `<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><Paths><Quantity>${paths.length}</Quantity><Items>${items}</Items></Paths><CallerReference>once</CallerReference></InvalidationBatch>`,
  });
  return [answer.status, await answer.text()];
}

it("invalidates, and says that it is done", async () => {
  const [status, body] = await invalidate("E1", "/a&amp;b", "/c/*");
  expect(status).toBe(201);
  expect(body).toMatch(/<Id>I[A-Z0-9]{13}<\/Id><Status>Completed<\/Status>/);
  expect(body).toContain("<Items><Path>/a&amp;b</Path><Path>/c/*</Path></Items>");
  expect(body).toContain("<CallerReference>once</CallerReference>");
  expect(invalidated).toEqual([["E1", ["/a&b", "/c/*"]]]);
});

it.each([
  ["a distribution that is not there", "E2", ["/*"], 404, "<Code>NoSuchDistribution</Code>"],
  ["no path", "E1", [], 400, "<Code>MissingBody</Code>"],
  ["a path that is none", "E1", ["wrong"], 400, "<Message>invalid path: &lt;wrong&gt;</Message>"],
])("refuses %s", async (_what, id, paths, status, text) => {
  const answer = await invalidate(id, ...paths);
  expect([answer[0], answer[1].includes(text)]).toEqual([status, true]);
  expect(invalidated).toEqual([]);
});

it("has no other call", async () => {
  const answer = await fetchSigned(url("/2020-05-31/distribution/E1/config"), {
    ...as("AKIAROOT"),
    method: "GET",
  });
  expect([answer.status, await answer.text()]).toEqual([
    501,
    expect.stringContaining("only CreateInvalidation is implemented"),
  ]);
});

it("checks who signed", async () => {
  const signed = async (accessKeyId: string): Promise<readonly [number, string]> => {
    const answer = await fetchSigned(url("/2020-05-31/distribution/E1/invalidation"), {
      ...as(accessKeyId),
      method: "POST",
    });
    return [answer.status, /<Error>.*<\/Error>/.exec(await answer.text())?.[0] ?? ""];
  };
  expect(await signed("AKIASOMEBODY")).toEqual([
    403,
    "<Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>The security token included in the request is invalid.</Message></Error>",
  ]);
  expect(await signed("ASIANOBODY")).toEqual([
    403,
    "<Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User: arn:aws:sts::000000000000:assumed-role/nobody/session is not authorized to perform: " +
      "cloudfront:CreateInvalidation on resource: arn:aws:cloudfront::000000000000:distribution/E1 because no identity-based policy allows the cloudfront:CreateInvalidation action</Message></Error>",
  ]);
  expect(invalidated).toEqual([]);
});

it.each([
  ["POST", "/2020-05-31/distribution/E1/invalidation"],
  ["GET", "/2020-05-31/distribution/E1/config"],
])("refuses %s %s that nobody signed, before it says what there is", async (method, path) => {
  const answer = await fetch(url(path), { method, headers: { origin: "http://rebound.example" } });
  expect([answer.status, /<Code>(\w+)</.exec(await answer.text())?.[1]]).toEqual([
    403,
    "MissingAuthenticationToken",
  ]);
  expect(invalidated).toEqual([]);
});

it.each([
  ["nobody", "", 403, "MissingAuthenticationToken"],
  ["somebody known", "AKIAROOT", 413, "RequestEntityTooLarge"],
])("reads no body of %s that is said to be too long", async (_who, accessKeyId, status, code) => {
  const target = "/2020-05-31/distribution/E1/invalidation";
  const { host } = new URL(url("/"));
  const signed = signedHeaders({ ...as(accessKeyId), method: "POST", target, headers: { host } });
  const headers = { ...(accessKeyId === "" ? { host } : signed), "content-length": "1048577" };
  const asked = request(url(target), { method: "POST", headers, agent: false });
  asked.flushHeaders();
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  expect([answer.statusCode, /<Code>(\w+)</.exec(await textOf(answer))?.[1]]).toEqual([status, code]);
  asked.destroy();
  expect(invalidated).toEqual([]);
});
