import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { AwsError } from "../../aws/model.ts";
import { stored, testAccount } from "../haproxy/testing.ts";
import { signedHeaders, testIdentity } from "../identity/testing.ts";
import { createCloudFrontListener } from "./api.ts";

const account = testAccount(new Map([["E1", stored(DISTRIBUTION, "E1", {})]]));
const invalidated: (readonly [string, readonly string[]])[] = [];
const edge = {
  invalidate: (id: string, paths: readonly string[]): number => {
    if (paths.includes("wrong")) throw new AwsError("InvalidArgument", "invalid path: <wrong>");
    return invalidated.push([id, paths]);
  },
};
let server: Server;

beforeAll(async () => {
  const nobody = testIdentity("arn:aws:sts::000000000000:assumed-role/nobody/session", "secret", () => false);
  const listener = createCloudFrontListener({
    account,
    edge,
    identities: (key) => (key === "ASIANOBODY" ? nobody : "unknown key"),
    unsigned: testIdentity("arn:aws:iam::000000000000:root", "secret"),
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
  const { port } = server.address() as AddressInfo;
  const items = paths.map((path) => `<Path>${path}</Path>`).join("");
  const answer = await fetch(`http://127.0.0.1:${port}/2020-05-31/distribution/${id}/invalidation`, {
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
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/2020-05-31/distribution/E1/config`);
  expect([answer.status, await answer.text()]).toEqual([
    501,
    expect.stringContaining("only CreateInvalidation is implemented"),
  ]);
});

it("checks who signed, where a call is signed", async () => {
  const { port } = server.address() as AddressInfo;
  const target = "/2020-05-31/distribution/E1/invalidation";
  const signed = async (accessKeyId: string): Promise<readonly [number, string]> => {
    const { host: _host, ...headers } = signedHeaders({
      ...{ service: "cloudfront", accessKeyId, secretAccessKey: "secret", method: "POST", target },
      headers: { host: `127.0.0.1:${port}` },
    });
    const answer = await fetch(`http://127.0.0.1:${port}${target}`, { method: "POST", headers });
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
