import { Health } from "./health.ts";

it("is ready once the load balancer has answered, and stays so", () => {
  const health = new Health();
  expect(health.statusOf("/ready")).toBe(503);
  health.isReady();
  expect(health.statusOf("/ready")).toBe(200);
});

it("is live while its loop goes on", () => {
  const health = new Health();
  const began = performance.now();
  expect(health.statusOf("/live", began + 59_000)).toBe(200);
  expect(health.statusOf("/live", began + 61_000)).toBe(503);
  expect(health.statusOf("/", began)).toBe(404);
});
