import type { JsonObject } from "../../region/protocol.ts";
import { refusal, testCluster } from "../test-cluster.ts";
import { logTails } from "./logs.ts";
import { waitUntilReady } from "./ready.ts";

const JOB: JsonObject = {
  metadata: { name: "migrate", namespace: "shop", uid: "1" },
  spec: { selector: { matchLabels: { job: "migrate" } } },
  status: {
    conditions: [{ type: "Failed", status: "True", reason: "BackoffLimitExceeded", message: "too often" }],
  },
};
const failed = { terminated: { exitCode: 1, reason: "Error" } };

function pod(name: string, created: string, ...states: readonly JsonObject[]): JsonObject {
  const containerStatuses = states.map((state, index) => ({ name: `c${String(index)}`, ...state }));
  return {
    metadata: { name, namespace: "shop", creationTimestamp: created },
    status: { phase: "Failed", containerStatuses },
  };
}

const PODS = "GET /api/v1/namespaces/shop/pods";
const LOG = (name: string): string => `GET /api/v1/namespaces/shop/pods/${name}/log`;

describe("the end of the logs", () => {
  it("is that of failed containers, the two newest alone, a restarted one's from its run before", async () => {
    const { cluster, asked } = testCluster({
      [PODS]: {
        items: [
          pod("old", "2026-01-01T00:00:00Z", { state: failed }),
          pod("newer", "2026-01-01T00:02:00Z", { state: failed }),
          pod(
            "newest",
            "2026-01-01T00:03:00Z",
            { state: { terminated: { exitCode: 0 } } },
            { state: { running: {} }, lastState: failed },
          ),
        ],
      },
      [LOG("newest")]: "connecting\nno route to host\n",
      [LOG("newer")]: "relation exists",
    });
    expect(await logTails(cluster, JOB)).toEqual([
      "the end of the log of pod newest, container c1:\nconnecting\nno route to host",
      "the end of the log of pod newer, container c0:\nrelation exists",
    ]);
    expect(asked.slice(1).map(({ path, query }) => [path, query])).toEqual([
      ["/api/v1/namespaces/shop/pods/newest/log", { container: "c1", tailLines: "20", previous: "true" }],
      ["/api/v1/namespaces/shop/pods/newer/log", { container: "c0", tailLines: "20" }],
    ]);
  });

  it("is left out where nothing was written, and says so where it cannot be read", async () => {
    const { cluster } = testCluster({
      [PODS]: {
        items: [pod("a", "2", { state: failed }), pod("b", "1", { state: failed })],
      },
      [LOG("a")]: "\n",
      [LOG("b")]: refusal(400, "pod b does not have a host assigned"),
    });
    expect(await logTails(cluster, JOB)).toEqual([
      "the log of pod b, container c0 cannot be read: pod b does not have a host assigned",
    ]);
  });

  it("stands last among the reasons a Job failed for", async () => {
    const { cluster } = testCluster({
      "GET /apis/batch/v1/namespaces/shop/jobs/migrate": JOB,
      [PODS]: { items: [pod("a", "1", { state: failed })] },
      [LOG("a")]: "no database",
      "GET /api/v1/namespaces/shop/events": {
        items: [{ reason: "BackoffLimitExceeded", message: "gave up" }],
      },
    });
    const kind = { apiVersion: "batch/v1", kind: "Job", plural: "jobs", namespaced: true };
    const wait = waitUntilReady(cluster, kind, { namespace: "shop", name: "migrate" }, JOB, {
      timeoutSeconds: 5,
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    await expect(wait).rejects.toMatchObject({
      reasons: [
        "BackoffLimitExceeded: too often",
        "pod a: container c0 exited with code 1: Error",
        "BackoffLimitExceeded: gave up",
        "the end of the log of pod a, container c0:\nno database",
      ],
    });
  });
});
