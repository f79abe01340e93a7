import type { PodState } from "../pods.ts";
import { LIMITS } from "../testing.ts";
import type { Target } from "../traffic.ts";
import { breach, type Baseline, type Seen } from "./analysis.ts";

const pod = (name: string, more: Partial<PodState> = {}): PodState => ({
  name,
  address: "10.42.1.7",
  ready: true,
  restarts: 0,
  outOfMemory: false,
  waiting: undefined,
  ...more,
});
const target = (state: string, reason?: string): Target => ({ address: "10.42.1.7", state, reason });

const PODS = [pod("a", { restarts: 3 }), pod("b")];
const BASELINE: Baseline = { pods: 2, restarts: { a: 3, b: 0 }, milliseconds: 150 };
const GOOD: Seen = {
  requests: { requests: 100, failed: 0, milliseconds: 150 },
  targets: [target("healthy"), target("healthy")],
  pods: PODS,
};
const seen = (more: Partial<Seen>, baseline: Partial<Baseline> = {}): string | undefined =>
  breach({ ...GOOD, ...more }, { ...BASELINE, ...baseline }, LIMITS);
const served = (requests: number, failed: number, milliseconds?: number): Partial<Seen> => ({
  requests: { requests, failed, milliseconds },
});

it("goes on while nothing speaks against it", () => {
  expect(seen({})).toBeUndefined();
  expect(seen(served(0, 0))).toBeUndefined();
});

it("takes back above the error rate, and not at it, nor by a few requests", () => {
  expect(seen(served(100, 1))).toBeUndefined();
  expect(seen(served(100, 2))).toBe("2 of 100 requests were answered with 5xx, more than 1 %");
  expect(seen(served(49, 49))).toBeUndefined();
  expect(seen(served(50, 1))).toBeUndefined();
  expect(seen(served(50, 2))).toBe("2 of 50 requests were answered with 5xx, more than 1 %");
});

it("takes back for requests that are several times as slow, and slow at all", () => {
  expect(seen(served(100, 0, 301))).toBe(
    "95 % of the requests take 301 ms, more than 2 times the 150 ms of the other colour",
  );
  expect(seen(served(100, 0, 300))).toBeUndefined();
  expect(seen(served(100, 0, 200), { milliseconds: 10 })).toBeUndefined();
  expect(seen(served(100, 0, 5_000), { milliseconds: undefined })).toBeUndefined();
  expect(seen(served(49, 0, 5_000))).toBeUndefined();
});

it("takes back for a restart since the beginning, memory, or a pod that cannot start", () => {
  expect(seen({ pods: [pod("a", { restarts: 4 }), pod("b")] })).toBe("a container of a was started again");
  expect(seen({ pods: [pod("a", { restarts: 3 }), pod("c", { restarts: 1 })] })).toBe(
    "a container of c was started again",
  );
  expect(seen({ pods: [pod("a", { restarts: 3, outOfMemory: true })] })).toBe(
    "a container of a was ended for its memory",
  );
  expect(seen({ pods: [...PODS, pod("c", { waiting: "CrashLoopBackOff" })] })).toBe(
    "c waits: CrashLoopBackOff",
  );
});

it("takes back when the load balancer misses pods, and not for one that it is only told about", () => {
  expect(seen({ targets: [target("healthy"), target("unhealthy", "Target.Timeout")] })).toBe(
    "the load balancer finds 10.42.1.7 unhealthy (Target.Timeout), and 1 of 2 healthy",
  );
  expect(seen({ targets: [target("healthy"), target("healthy"), target("initial")] })).toBeUndefined();
  expect(seen({ targets: [target("healthy"), target("healthy"), target("unhealthy")] })).toBeUndefined();
});
