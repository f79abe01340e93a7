import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { dispatchAws } from "./aws-dispatch.ts";

let server: Server;
const says =
  (name: string): RequestListener =>
  (_request, response) =>
    void response.end(name);

beforeAll(async () => {
  server = createServer(
    dispatchAws({ cloudfront: says("cloudfront"), elasticloadbalancing: says("elb"), s3: says("s3") }),
  ).listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const signed = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=AKIA/20260101/eu-central-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;

it.each([
  ["elb", "POST", "/", undefined],
  ["elb", "POST", "/", signed("elasticloadbalancing")],
  ["elb", "GET", "/?Action=DescribeRules", undefined],
  ["s3", "GET", "/", signed("s3")],
  ["s3", "GET", "/bucket/key", undefined],
  ["s3", "PUT", "/bucket", signed("s3")],
  ["cloudfront", "POST", "/2020-05-31/distribution/E1/invalidation", signed("cloudfront")],
])("%s answers %s %s", async (service, method, path, authorization) => {
  const { port } = server.address() as AddressInfo;
  const headers = authorization === undefined ? {} : { authorization };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers });
  expect(await answer.text()).toBe(service);
});
