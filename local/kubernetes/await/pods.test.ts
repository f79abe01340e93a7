import type { JsonObject } from "../../region/protocol.ts";
import { testCluster } from "../test-cluster.ts";
import { podTroubles, selectorText, troublesOf } from "./pods.ts";

function pod(...states: readonly Record<string, unknown>[]) {
  const containerStatuses = states.map((state, index) => ({ name: `c${String(index)}`, ...state }));
  return JSON.parse(
    JSON.stringify({ metadata: { name: "web-1" }, status: { phase: "Pending", containerStatuses } }),
  ) as Parameters<typeof troublesOf>[0];
}

describe("a pod's troubles", () => {
  it("are the reasons its containers wait for, with how they ended before", () => {
    const crashing = {
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 10s" } },
      lastState: { terminated: { exitCode: 1, reason: "Error", message: "no database\n" } },
    };
    expect(troublesOf(pod(crashing))).toEqual([
      "container c0 CrashLoopBackOff: back-off 10s: exited with code 1: Error: no database",
    ]);
    expect(
      troublesOf(
        pod(
          { state: { waiting: { reason: "ContainerCreating" } } },
          { state: { terminated: { exitCode: 0 } } },
        ),
      ),
    ).toEqual([]);
  });

  it("are a node that cannot be found, or a probe that does not pass", () => {
    const conditions = (condition: Record<string, string>) => ({ status: { conditions: [condition] } });
    expect(
      troublesOf(conditions({ type: "PodScheduled", status: "False", message: "0/3 nodes are available" })),
    ).toEqual(["is not scheduled: 0/3 nodes are available"]);
    expect(
      troublesOf(
        conditions({ type: "Ready", status: "False", message: "containers with unready status: [main]" }),
      ),
    ).toEqual(["is not ready: containers with unready status: [main]"]);
    expect(
      troublesOf({ status: { phase: "Succeeded", conditions: [{ type: "Ready", status: "False" }] } }),
    ).toEqual([]);
  });

  it("are looked for in the workload's pods, each told once", async () => {
    const { cluster, asked } = testCluster({
      "GET /api/v1/namespaces/shop/pods": {
        items: [pod({ state: { waiting: { reason: "ErrImagePull" } } })],
      },
    });
    const workload = { metadata: { namespace: "shop" }, spec: { selector: { matchLabels: { app: "web" } } } };
    expect(await podTroubles(cluster, workload)).toEqual(["pod web-1: container c0 ErrImagePull"]);
    expect(asked[0]?.query).toEqual({ labelSelector: "app=web" });
  });
});

describe("a selector as a query", () => {
  it("holds labels and expressions", () => {
    const matchExpressions: readonly JsonObject[] = [
      { key: "tier", operator: "In", values: ["a", "b"] },
      { key: "zone", operator: "NotIn", values: ["c"] },
      { key: "old", operator: "DoesNotExist" },
      { key: "app", operator: "Exists" },
    ];
    expect(selectorText({ spec: { selector: { matchLabels: { app: "web" }, matchExpressions } } })).toBe(
      "app=web,tier in (a,b),zone notin (c),!old,app",
    );
    expect(selectorText({ spec: {} })).toBeUndefined();
  });
});
