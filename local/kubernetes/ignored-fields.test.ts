import type { JsonObject } from "../region/protocol.ts";
import { leaveIgnoredAlone } from "./ignored-fields.ts";

const OURS = "pulumi-kubernetes-00000000";
const REPLICAS = { "f:spec": { "f:replicas": {} } };
const IMAGE = { "f:spec": { "f:containers": { 'k:{"name":"main"}': { "f:image": {} } } } };

function live(
  ...managers: readonly [manager: string, operation: string, fieldsV1: JsonObject][]
): JsonObject {
  return {
    metadata: {
      managedFields: managers.map(([manager, operation, fieldsV1]) => ({ manager, operation, fieldsV1 })),
    },
    spec: {
      replicas: 5,
      containers: [
        { name: "side", image: "side:1" },
        { name: "main", image: "web:9" },
      ],
    },
  };
}

const manifest = {
  spec: {
    replicas: 2,
    containers: [
      { name: "side", image: "side:1" },
      { name: "main", image: "web:1" },
    ],
  },
};

describe("a manifest with ignored fields", () => {
  it("leaves out what others alone own", () => {
    const result = leaveIgnoredAlone(
      manifest,
      live(["autoscaler", "Update", REPLICAS]),
      ["spec.replicas"],
      OURS,
    );
    expect(result).toEqual({ spec: { containers: manifest.spec.containers } });
  });

  it("sends what is ours as it is in the cluster, shared or not", () => {
    const shared = live([OURS, "Apply", REPLICAS], ["autoscaler", "Update", REPLICAS]);
    expect(leaveIgnoredAlone(manifest, shared, ["spec.replicas"], OURS)).toMatchObject({
      spec: { replicas: 5 },
    });
    const alone = live([OURS, "Apply", REPLICAS]);
    expect(leaveIgnoredAlone(manifest, alone, ["spec.replicas"], OURS)).toMatchObject({
      spec: { replicas: 5 },
    });
  });

  it("does not take our name in another operation for ours", () => {
    const result = leaveIgnoredAlone(manifest, live([OURS, "Update", REPLICAS]), ["spec.replicas"], OURS);
    expect(result).toEqual({ spec: { containers: manifest.spec.containers } });
  });

  it("finds list elements by their keys, and every one for *", () => {
    const byHand = live(["kubectl-set", "Update", IMAGE]);
    const one = leaveIgnoredAlone(manifest, byHand, ["spec.containers[1].image"], OURS);
    expect(one).toMatchObject({
      spec: { containers: [{ name: "side", image: "side:1" }, { name: "main" }] },
    });
    expect(JSON.stringify(one)).not.toContain("web:");
    expect(leaveIgnoredAlone(manifest, byHand, ["spec.containers[*].image"], OURS)).toEqual(one);
  });

  it("keeps what the cluster does not have", () => {
    expect(leaveIgnoredAlone(manifest, { spec: {} }, ["spec.replicas"], OURS)).toEqual(manifest);
  });
});
