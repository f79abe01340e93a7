import { Metrics } from "../../app/api/src/metrics.ts";
import { readCounters } from "./metrics.ts";

const RELEASE = { colour: "green", image: 'image"quoted"', version: "1" } as const;

it("sums what the app itself writes, without probes", async () => {
  const metrics = new Metrics(RELEASE);
  const served = (route: string, status: number, seconds: number): void => {
    metrics.requestStarted();
    metrics.requestEnded({ method: "GET", route, status, seconds });
  };
  served("/api/quizzes/:id", 200, 0.004);
  served("/api/quizzes/:id", 503, 0.004);
  served("/api/me", 404, 0.3);
  served("/health/ready", 503, 7);
  const { requests, failed, buckets } = readCounters(await metrics.registry.metrics());
  expect({ requests, failed }).toEqual({ requests: 3, failed: 1 });
  const of = (seconds: number) => buckets.find((bucket) => bucket.seconds === seconds)?.requests;
  expect([of(0.0025), of(0.005), of(0.2), of(0.5), of(Number.POSITIVE_INFINITY)]).toEqual([0, 2, 2, 3, 3]);
});

it("is nothing for a text without requests", () => {
  expect(readCounters("# HELP x\nx 1\n")).toEqual({ requests: 0, failed: 0, buckets: [] });
});
