import type { JsonObject } from "../../region/protocol.ts";
import { lookAtDeployment } from "./deployment.ts";

const CONDITIONS = [
  { type: "Available", status: "True" },
  { type: "Progressing", status: "True", reason: "NewReplicaSetAvailable" },
];

function deployment(status: Record<string, unknown>, spec: Record<string, unknown> = {}) {
  const counts = {
    observedGeneration: 2,
    replicas: 3,
    updatedReplicas: 3,
    availableReplicas: 3,
    conditions: CONDITIONS,
  };
  return JSON.parse(
    JSON.stringify({
      metadata: { generation: 2 },
      spec: { replicas: 3, ...spec },
      status: { ...counts, ...status },
    }),
  ) as Parameters<typeof lookAtDeployment>[0];
}

describe("a Deployment is ready", () => {
  it("when all its pods are new and available", () => {
    expect(lookAtDeployment(deployment({}))).toEqual({ done: true });
  });

  it("when it has none and wants none, or is paused", () => {
    const none = { replicas: 0, updatedReplicas: 0, availableReplicas: 0 };
    expect(lookAtDeployment(deployment(none, { replicas: 0 }))).toEqual({ done: true });
    expect(lookAtDeployment(deployment({ availableReplicas: 0 }, { paused: true }))).toEqual({ done: true });
  });

  it.each([
    [{ observedGeneration: 1 }, "the Deployment controller has not seen it yet"],
    [{ availableReplicas: 1 }, "1 of 3 pods available"],
    [{ replicas: 4 }, "3 of 3 pods available, 1 old to go"],
    [{ updatedReplicas: 1 }, "1 of 3 pods available, 2 old to go"],
    [
      { conditions: [CONDITIONS[0], { type: "Progressing", status: "True", reason: "ReplicaSetUpdated" }] },
      "3 of 3 pods available",
    ],
    [
      {
        conditions: [
          { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "exceeded quota" },
        ],
        availableReplicas: 0,
      },
      "0 of 3 pods available; FailedCreate: exceeded quota",
    ],
  ])("not with %j", (status, message) => {
    expect(lookAtDeployment(deployment(status))).toEqual({ done: false, message });
  });

  it("is still waited for when its controller gave up on the roll-out before", () => {
    const gaveUp = (lastUpdateTime: string) => ({
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "timed out",
      lastUpdateTime,
    });
    const entry = (time: string, subresource?: string) => ({ manager: "m", time, subresource });
    const managedFields = [
      entry("2026-01-01T00:00:00Z"),
      entry("2026-01-01T00:01:00Z"),
      entry("2026-01-01T00:09:00Z", "status"),
      entry("2026-01-01T00:09:00Z", "scale"),
    ];
    const at = (time: string) =>
      lookAtDeployment({
        ...deployment({ availableReplicas: 1, conditions: [gaveUp(time)] }),
        metadata: { managedFields: JSON.parse(JSON.stringify(managedFields)) as JsonObject[] },
      });
    for (const before of ["2026-01-01T00:00:30Z", "2026-01-01T00:01:00Z"]) {
      expect(at(before)).toEqual({ done: false, message: "1 of 3 pods available" });
    }
    expect(at("2026-01-01T00:01:01Z")).toMatchObject({ failed: ["ProgressDeadlineExceeded: timed out"] });
  });

  it("never, once its controller has given up", () => {
    const gaveUp = {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "timed out",
    };
    expect(lookAtDeployment(deployment({ conditions: [gaveUp] }))).toMatchObject({
      failed: ["ProgressDeadlineExceeded: timed out"],
    });
  });
});
