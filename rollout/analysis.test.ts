import { baselineOf, breach, isWhole, type Seen } from "./analysis.ts";
import type { PodState } from "./pods.ts";
import type { Target } from "./traffic.ts";

const LIMITS = { errorPercent: 1, minSamples: 50 };

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
const BASELINE = baselineOf(PODS);
const GOOD: Seen = {
  sent: 100,
  failed: 0,
  firstFailure: undefined,
  targets: [target("healthy"), target("healthy")],
  pods: PODS,
};
const seen = (more: Partial<Seen>): string | undefined => breach({ ...GOOD, ...more }, BASELINE, LIMITS);

it("goes on while nothing speaks against it", () => {
  expect(seen({})).toBeUndefined();
  expect(seen({ sent: 0 })).toBeUndefined();
});

it("takes back above the error rate, and not at it, nor by a few requests", () => {
  expect(seen({ failed: 1 })).toBeUndefined();
  expect(seen({ failed: 2, firstFailure: "HTTP 503" })).toBe(
    "2 of 100 requests failed, more than 1 %: HTTP 503",
  );
  expect(seen({ sent: 49, failed: 49 })).toBeUndefined();
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

it("sends requests back to a colour only when all of its pods are healthy", () => {
  expect(isWhole([target("healthy"), target("healthy")], 2)).toBe(true);
  expect(isWhole([target("healthy"), target("draining")], 2)).toBe(false);
});
