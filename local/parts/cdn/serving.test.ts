import { TestEdge } from "./testing.ts";

const edge = new TestEdge("127.98.36");

beforeAll(async () => {
  await edge.startOrigin();
  edge.cachePolicy("cached", [0, 60, 3600], {
    enableAcceptEncodingGzip: true,
    enableAcceptEncodingBrotli: true,
  });
  await edge.apply(
    edge.distribution(
      { customErrorResponses: [{ errorCode: 404, errorCachingMinTtl: 0 }] },
      { compress: true },
    ),
  );
});
afterAll(() => edge.close());
beforeEach(() => {
  edge.seen.length = 0;
  edge.answer = (_request, response, count) => void response.end(`answer ${count}`);
});

it("keeps what the origin lets it keep, and says so", async () => {
  const first = await edge.request("/hit");
  const second = await edge.request("/hit");
  expect([first.headers["x-cache"], second.headers["x-cache"]]).toEqual([
    "Miss from cloudfront",
    "Hit from cloudfront",
  ]);
  expect([first.body, second.body, edge.seen.length]).toEqual(["answer 1", "answer 1", 1]);
  expect(second.headers["via"]).toBe("1.1 d1.cloudfront.net (CloudFront)");
  expect(second.headers["x-amz-cf-id"]).toMatch(/^[0-9a-f]{32}$/);
  expect(second.headers["x-amz-cf-id"]).not.toBe(first.headers["x-amz-cf-id"]);
  expect(first.headers["age"]).toBeUndefined();
  expect(Number(second.headers["age"])).toBeLessThan(5);
  expect(second.headers["date"]).toBe(first.headers["date"]);
});
