import { parsePath } from "../provider/property-path.ts";
import { replacesObject, replacingFields } from "./replacements.ts";

function replaces(apiVersion: string, kind: string, path: string, dataInPlace = false): boolean {
  return replacesObject(replacingFields({ apiVersion, kind }, dataInPlace), parsePath(path));
}

describe("what replaces an object", () => {
  it.each([
    ["v1", "Namespace", "metadata.name"],
    ["example.test/v1", "Widget", "metadata.namespace"],
    ["apps/v1", "Deployment", "spec.selector.matchLabels.app"],
    ["apps/v1", "DaemonSet", "spec.selector"],
    ["apps/v1", "StatefulSet", "spec.volumeClaimTemplates[0].spec"],
    ["apps/v1", "StatefulSet", "spec.serviceName"],
    ["batch/v1", "Job", "spec.template.spec.containers[0].image"],
    ["batch/v1", "Job", "spec.completions"],
    ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "roleRef.name"],
    ["storage.k8s.io/v1", "StorageClass", "parameters.type"],
    ["v1", "Service", "spec.clusterIP"],
    ["v1", "Secret", "type"],
    ["v1", "PersistentVolumeClaim", "spec.resources.requests.storage"],
    ["v1", "Pod", "spec.containers[1].image"],
    ["v1", "Pod", "spec.containers[1]"],
    ["v1", "Pod", "spec.nodeName"],
    ["v1", "ConfigMap", "data.level"],
    ["v1", "Secret", "stringData"],
  ])("%s %s %s", (apiVersion, kind, path) => {
    expect(replaces(apiVersion, kind, path)).toBe(true);
  });

  it.each([
    ["apps/v1", "Deployment", "spec.replicas"],
    ["apps/v1", "Deployment", "spec.template.spec.containers[0].image"],
    ["apps/v1", "Deployment", "metadata.labels.app"],
    ["batch/v1", "Job", "spec.ttlSecondsAfterFinished"],
    ["batch/v1", "CronJob", "spec.jobTemplate.spec.template"],
    ["policy/v1", "PodDisruptionBudget", "spec.maxUnavailable"],
    ["v1", "Service", "spec.selector.app"],
    ["v1", "Pod", "spec.activeDeadlineSeconds"],
    ["v1", "ConfigMap", "immutable"],
    ["serving.knative.dev/v1", "Service", "spec.clusterIP"],
  ])("not %s %s %s", (apiVersion, kind, path) => {
    expect(replaces(apiVersion, kind, path)).toBe(false);
  });

  it("is not the data of what may be changed in place, but a Secret's type all the same", () => {
    expect(replaces("v1", "ConfigMap", "data.level", true)).toBe(false);
    expect(replaces("v1", "Secret", "data.key", true)).toBe(false);
    expect(replaces("v1", "Secret", "type", true)).toBe(true);
  });
});
