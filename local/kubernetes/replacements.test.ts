import { parsePath } from "../provider/property-path.ts";
import { Secret, UNKNOWN, type Value } from "../provider/provider.ts";
import { replacesObject, replacingFields } from "./replacements.ts";

function replaces(apiVersion: string, kind: string, path: string, now?: Value, dataInPlace = false): boolean {
  return replacesObject(replacingFields({ apiVersion, kind }, dataInPlace), parsePath(path), now);
}

/** apiVersion, kind, paths that replace, paths that must not. */
const ROWS: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ["v1", "Namespace", ["metadata.name"], ["metadata.labels.app"]],
  ["example.test/v1", "Widget", ["metadata.namespace"], ["spec.selector", "spec", "data.key"]],
  [
    "apps/v1",
    "Deployment",
    ["spec.selector.matchLabels.app", "spec.selector.matchExpressions[0].values[1]"],
    ["spec.replicas", "spec.template.spec.containers[0].image", "spec.strategy.type", "metadata.labels.app"],
  ],
  ["apps/v1", "DaemonSet", ["spec.selector"], ["spec.template.spec.nodeSelector", "spec.updateStrategy"]],
  ["apps/v1", "ReplicaSet", [], ["spec.selector", "spec.template"]],
  ["apps/v1beta2", "Deployment", ["spec.selector"], ["spec.replicas"]],
  ["apps/v1beta1", "Deployment", [], ["spec.selector"]],
  [
    "apps/v1",
    "StatefulSet",
    [
      "spec.podManagementPolicy",
      "spec.revisionHistoryLimit",
      "spec.selector",
      "spec.serviceName",
      "spec.volumeClaimTemplates[0].spec.resources.requests.storage",
    ],
    ["spec.replicas", "spec.template", "spec.updateStrategy", "spec.persistentVolumeClaimRetentionPolicy"],
  ],
  [
    "batch/v1",
    "Job",
    ["spec.completions", "spec.parallelism", "spec.selector", "spec.template.spec.containers[0].image"],
    ["spec.ttlSecondsAfterFinished", "spec.backoffLimit", "spec.suspend", "spec.activeDeadlineSeconds"],
  ],
  ["batch/v1", "CronJob", [], ["spec.jobTemplate.spec.template", "spec.schedule"]],
  ["policy/v1", "PodDisruptionBudget", [], ["spec.maxUnavailable", "spec.selector"]],
  ["policy/v1beta1", "PodDisruptionBudget", ["spec.maxUnavailable"], ["metadata.labels.app"]],
  ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", ["roleRef.name"], ["subjects[0].name"]],
  ["rbac.authorization.k8s.io/v1", "RoleBinding", ["roleRef"], ["subjects"]],
  ["rbac.authorization.k8s.io/v1", "Role", [], ["rules[0].verbs"]],
  [
    "storage.k8s.io/v1",
    "StorageClass",
    ["parameters.type", "provisioner"],
    ["reclaimPolicy", "volumeBindingMode", "allowVolumeExpansion"],
  ],
  [
    "v1",
    "PersistentVolume",
    ["spec.csi.volumeHandle", "spec.nfs.path", "spec.hostPath", "spec.local.path"],
    ["spec.capacity.storage", "spec.persistentVolumeReclaimPolicy", "spec.mountOptions", "spec.nodeAffinity"],
  ],
  [
    "v1",
    "PersistentVolumeClaim",
    ["spec.accessModes[0]", "spec.selector.matchLabels.app", "spec.storageClassName", "spec.volumeName"],
    [
      "spec.resources.requests.storage",
      "spec.resources.limits.storage",
      "spec.resources",
      "spec.volumeAttributesClassName",
      "spec.volumeMode",
      "spec.dataSource",
    ],
  ],
  [
    "v1",
    "Pod",
    [
      "spec.nodeName",
      "spec.volumes[0].emptyDir",
      "spec.containers[1].image",
      "spec.containers[0].env[2].value",
      "spec.initContainers[0].command",
    ],
    [
      "spec.activeDeadlineSeconds",
      "spec.tolerations",
      "spec.ephemeralContainers[0].image",
      "spec.containers[0].envFrom",
      "spec.containers[0].startupProbe",
    ],
  ],
  ["v1", "ResourceQuota", ["spec.scopes[0]"], ["spec.hard.pods", "spec.scopeSelector"]],
  ["v1", "Secret", ["type", "data.key", "stringData"], ["immutable", "metadata.annotations.a"]],
  ["v1", "ConfigMap", ["data.level", "binaryData"], ["immutable"]],
  ["v1", "Service", ["spec.clusterIP"], ["spec.clusterIPs", "spec.selector.app", "spec.type", "spec.ports"]],
  ["serving.knative.dev/v1", "Service", [], ["spec.clusterIP"]],
];

describe("what replaces an object", () => {
  it.each(ROWS)("%s %s", (apiVersion, kind, replacing, updating) => {
    const seen = (paths: readonly string[]) => paths.filter((path) => replaces(apiVersion, kind, path, "x"));
    expect(seen(replacing)).toEqual(replacing);
    expect(seen(updating)).toEqual([]);
    expect(replaces(apiVersion, kind, "metadata.name", "x")).toBe(true);
  });

  it("is not the data of what may be changed in place, but a Secret's type all the same", () => {
    expect(replaces("v1", "ConfigMap", "data.level", "x", true)).toBe(false);
    expect(replaces("v1", "Secret", "data.key", "x", true)).toBe(false);
    expect(replaces("v1", "Secret", "type", "x", true)).toBe(true);
  });

  it("is a field that comes with the whole it lies in, and not a whole without one", () => {
    const claim = (now: Value) => replaces("v1", "PersistentVolumeClaim", "spec", now);
    expect(claim({ storageClassName: "fast" })).toBe(true);
    expect(claim({ storageClassName: new Secret("fast") })).toBe(true);
    expect(claim({ storageClassName: null, resources: { requests: { storage: "2Gi" } } })).toBe(false);
    expect(claim(UNKNOWN)).toBe(false);
    const pod = (path: string, now?: Value) => replaces("v1", "Pod", path, now);
    expect(pod("spec.containers[1]", { name: "side", image: "side:1" })).toBe(true);
    expect(pod("spec.initContainers", [{ name: "side" }, { name: "b", tty: true }])).toBe(true);
    expect(pod("spec.containers[1]", { name: "side" })).toBe(false);
    expect(replaces("v1", "ResourceQuota", "spec", { hard: { pods: "3" } })).toBe(false);
  });

  it("is a field that goes away, and not a whole that takes one along", () => {
    expect(replaces("v1", "PersistentVolumeClaim", "spec.volumeName")).toBe(true);
    expect(replaces("v1", "Pod", "spec.containers[0].command")).toBe(true);
    expect(replaces("v1", "Pod", "spec.containers[1]")).toBe(false);
  });
});
