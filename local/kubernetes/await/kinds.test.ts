import type { JsonObject } from "../../region/protocol.ts";
import { testCluster } from "../test-cluster.ts";
import { holdUps } from "./gone.ts";
import { lookAtJob } from "./job.ts";
import {
  lookAtCustomResourceDefinition,
  lookAtPersistentVolume,
  lookAtPersistentVolumeClaim,
  lookAtPod,
} from "./objects.ts";
import { lookAtService } from "./service.ts";
import { lookAtDaemonSet, lookAtReplicationController, lookAtStatefulSet } from "./sets.ts";

describe("a Job", () => {
  it("is ready when complete or suspended, fails when failed, and else counts its pods", () => {
    expect(lookAtJob({ status: { conditions: [{ type: "Complete", status: "True" }] } })).toEqual({
      done: true,
    });
    expect(lookAtJob({ spec: { suspend: true } })).toEqual({ done: true });
    const failed = { type: "Failed", status: "True", reason: "DeadlineExceeded", message: "too long" };
    expect(lookAtJob({ status: { conditions: [failed] } })).toMatchObject({
      failed: ["DeadlineExceeded: too long"],
    });
    expect(lookAtJob({ status: { active: 1 } })).toEqual({
      done: false,
      message: "pods: 1 active, 0 succeeded, 0 failed",
    });
  });
});

describe("a Service", () => {
  const slices = (...endpoints: readonly JsonObject[]) =>
    testCluster({
      "GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": { items: [{ endpoints }] },
    });
  const ready = { conditions: { ready: true } };
  const unready = { conditions: { ready: false } };
  const leaving = { conditions: { ready: false, serving: true, terminating: true } };
  const service = {
    metadata: { name: "web", namespace: "shop" },
    spec: { type: "ClusterIP", selector: { app: "web" } },
  };

  it("is ready when none of the pods behind it is unready, but for those on their way out", async () => {
    const { cluster, asked } = slices(ready, leaving);
    expect(await lookAtService(service, cluster)).toEqual({ done: true });
    expect(asked[0]?.query).toEqual({ labelSelector: "kubernetes.io/service-name=web" });
    expect(await lookAtService(service, slices(unready, ready, unready).cluster)).toEqual({
      done: false,
      message: "2 of its 3 pods not ready",
    });
  });

  it("is ready with no pod at all once none has come for ten seconds", async () => {
    const message = "no pod matches its selector (app)";
    const settled = { done: true, steadyFor: 10, message };
    expect(await lookAtService(service, slices().cluster)).toEqual(settled);
    expect(await lookAtService(service, slices(leaving).cluster)).toEqual(settled);
  });

  it("is not ready before anybody has looked for its pods", async () => {
    const { cluster } = testCluster({
      "GET /apis/discovery.k8s.io/v1/namespaces/shop/endpointslices": { items: [] },
    });
    expect(await lookAtService(service, cluster)).toEqual({
      done: false,
      message: "nobody has looked for its pods yet",
    });
  });

  it.each<JsonObject>([
    { type: "ExternalName" },
    { clusterIP: "None", selector: { app: "web" } },
    { type: "NodePort" },
  ])("is not looked behind with %j", async (spec) => {
    const { cluster, asked } = slices();
    expect(await lookAtService({ ...service, spec }, cluster)).toEqual({ done: true });
    expect(asked).toEqual([]);
  });

  it("of a load balancer waits for its address", async () => {
    const balanced = { ...service, spec: { type: "LoadBalancer" } };
    expect(await lookAtService(balanced, slices().cluster)).toMatchObject({ done: false });
    const status = { loadBalancer: { ingress: [{ ip: "10.0.0.1" }] } };
    expect(await lookAtService({ ...balanced, status }, slices().cluster)).toEqual({ done: true });
  });
});

describe("sets", () => {
  it("are ready when every pod is new and ready", () => {
    const status = { observedGeneration: 1, readyReplicas: 3, updatedReplicas: 2 };
    const set = { metadata: { generation: 1 }, spec: { replicas: 3 }, status };
    expect(lookAtStatefulSet(set)).toMatchObject({ done: false, message: "3 of 3 pods ready, 2 up to date" });
    expect(lookAtStatefulSet({ ...set, status: { ...status, updatedReplicas: 3 } })).toEqual({ done: true });
    const partitioned = { replicas: 3, updateStrategy: { rollingUpdate: { partition: 1 } } };
    expect(lookAtStatefulSet({ ...set, spec: partitioned })).toEqual({ done: true });
    const daemon = {
      metadata: {},
      status: { desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 1 },
    };
    expect(lookAtDaemonSet(daemon)).toEqual({ done: false, message: "1 of 2 nodes run it" });
    expect(lookAtDaemonSet({ ...daemon, status: { ...daemon.status, numberAvailable: 2 } })).toEqual({
      done: true,
    });
  });
});

describe("single objects", () => {
  it("a volume is ready when it may be claimed, or is", () => {
    expect(lookAtPersistentVolume({ status: { phase: "Available" } })).toEqual({ done: true });
    expect(lookAtPersistentVolume({ status: { phase: "Bound" } })).toEqual({ done: true });
    expect(lookAtPersistentVolume({})).toEqual({ done: false, message: "Pending" });
  });

  it("a replication controller is ready when as many pods as asked for are available", () => {
    const controller = { metadata: { generation: 1 }, spec: { replicas: 2 } };
    const status = { observedGeneration: 1, availableReplicas: 2 };
    expect(lookAtReplicationController({ ...controller, status })).toEqual({ done: true });
    expect(lookAtReplicationController({ ...controller, status: { observedGeneration: 1 } })).toEqual({
      done: false,
      message: "0 of 2 pods available",
    });
    expect(
      lookAtReplicationController({ ...controller, status: { ...status, observedGeneration: 0 } }),
    ).toMatchObject({ done: false });
  });

  it("a definition is ready when it is served, and fails when its names are taken", () => {
    expect(
      lookAtCustomResourceDefinition({ status: { conditions: [{ type: "Established", status: "True" }] } }),
    ).toEqual({ done: true });
    const taken = { type: "NamesAccepted", status: "False", reason: "PluralConflict", message: "in use" };
    expect(lookAtCustomResourceDefinition({ status: { conditions: [taken] } })).toMatchObject({
      failed: ["PluralConflict: in use"],
    });
    expect(lookAtCustomResourceDefinition({})).toMatchObject({ done: false });
  });

  it("a pod is ready when it is, or has succeeded", () => {
    expect(
      lookAtPod({ status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } }),
    ).toEqual({ done: true });
    expect(lookAtPod({ status: { phase: "Succeeded" } })).toEqual({ done: true });
    expect(lookAtPod({ status: { phase: "Failed", reason: "Evicted" } })).toMatchObject({
      failed: ["Failed; failed (Evicted): "],
    });
  });

  it("a claim is ready when bound, or when its class waits for a pod", async () => {
    const { cluster } = testCluster({
      "GET /apis/storage.k8s.io/v1/storageclasses/late": { volumeBindingMode: "WaitForFirstConsumer" },
    });
    const claim = (storageClassName: string, phase = "Pending") => ({
      spec: { storageClassName },
      status: { phase },
    });
    expect(await lookAtPersistentVolumeClaim(claim("late", "Bound"), cluster)).toEqual({ done: true });
    expect(await lookAtPersistentVolumeClaim(claim("late"), cluster)).toEqual({ done: true });
    expect(await lookAtPersistentVolumeClaim(claim("none"), cluster)).toEqual({
      done: false,
      message: 'Pending, no volume is bound to it: there is no class "none"',
    });
    expect(await lookAtPersistentVolumeClaim(claim("late", "Lost"), cluster)).toMatchObject({
      failed: ["its volume is lost"],
    });
  });
});

describe("a deletion", () => {
  it("names its finalizers and what a namespace still holds", () => {
    const conditions = [
      { type: "NamespaceContentRemaining", status: "True", message: "pods. has 1 resource instances" },
      { type: "NamespaceDeletionDiscoveryFailure", status: "False", message: "all well" },
    ];
    expect(holdUps({ metadata: {}, spec: { finalizers: ["kubernetes"] }, status: { conditions } })).toBe(
      "it is being deleted, held by its finalizers kubernetes; pods. has 1 resource instances",
    );
  });
});
