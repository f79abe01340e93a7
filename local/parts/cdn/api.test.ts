import { createServer } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DISTRIBUTION } from "../../aws/services/cloudfront/references.ts";
import { AwsError } from "../../aws/model.ts";
import { stored, testAccount } from "../haproxy/testing.ts";
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
  server = createServer(createCloudFrontListener({ account, edge })).listen(0, "127.0.0.1");
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
