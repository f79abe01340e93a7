import { parsePath, type PropertyPath as Path } from "../provider/property-path.ts";
import type { Value } from "../provider/provider.ts";
import type { Kind } from "./kinds.ts";
import { valueAt } from "./values.ts";

/*
 * Fields whose change replaces the object. Source: pulumi-kubernetes, provider/pkg/provider/diff.go, the table
 * `forceNew` and what `forceNewProperties` adds to it, at commit cafe8c4ac4de. It has no row for other kinds, nor for
 * other versions of these groups. What the API server refuses to change and no row names fails there as it does here.
 */
const POD_SPEC_FIELDS =
  "affinity automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostIPC hostNetwork " +
  "hostPID hostname imagePullSecrets nodeName nodeSelector overhead preemptionPolicy priority priorityClassName " +
  "readinessGates restartPolicy runtimeClassName schedulerName securityContext serviceAccount serviceAccountName " +
  "shareProcessNamespace subdomain terminationGracePeriodSeconds volumes";
const CONTAINER_FIELDS =
  "args command env image imagePullPolicy lifecycle livenessProbe ports readinessProbe resources securityContext " +
  "stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir";
const VOLUME_SOURCES =
  "awsElasticBlockStore azureDisk azureFile cephfs cinder csi fc flexVolume flocker gcePersistentDisk glusterfs " +
  "hostPath iscsi local nfs photonPersistentDisk portworxVolume quobyte rbd scaleIO storageos vsphereVolume";

function fields(prefix: string, names: string): readonly string[] {
  return names.split(" ").map((name) => `${prefix}.${name}`);
}

interface Row {
  readonly apiVersions: readonly string[];
  readonly kinds: readonly string[];
  readonly fields: readonly string[];
}

function row(apiVersions: string, kinds: string, replacing: readonly string[]): Row {
  return { apiVersions: apiVersions.split(" "), kinds: kinds.split(" "), fields: replacing };
}

const ROWS: readonly Row[] = [
  row("apps/v1beta2 apps/v1", "DaemonSet Deployment", ["spec.selector"]),
  row(
    "apps/v1beta1 apps/v1beta2 apps/v1",
    "StatefulSet",
    fields("spec", "podManagementPolicy revisionHistoryLimit selector serviceName volumeClaimTemplates"),
  ),
  row(
    "batch/v1beta1 batch/v1 batch/v2alpha1",
    "Job",
    fields("spec", "completions parallelism selector template"),
  ),
  row("policy/v1beta1", "PodDisruptionBudget", ["spec"]),
  row(
    "rbac.authorization.k8s.io/v1alpha1 rbac.authorization.k8s.io/v1beta1 rbac.authorization.k8s.io/v1",
    "ClusterRoleBinding RoleBinding",
    ["roleRef"],
  ),
  row("storage.k8s.io/v1", "StorageClass", ["parameters", "provisioner"]),
  row("v1", "PersistentVolume", fields("spec", VOLUME_SOURCES)),
  row("v1", "PersistentVolumeClaim", fields("spec", "accessModes selector storageClassName volumeName")),
  row("v1", "Pod", [
    ...fields("spec", POD_SPEC_FIELDS),
    ...fields("spec.containers[*]", CONTAINER_FIELDS),
    ...fields("spec.initContainers[*]", CONTAINER_FIELDS),
  ]),
  row("v1", "ResourceQuota", ["spec.scopes"]),
  row("v1", "Secret", ["type"]),
  row("v1", "Service", ["spec.clusterIP"]),
];

/** What replaces only while the data may not be changed in place. */
const DATA: readonly Row[] = [
  row("v1", "ConfigMap", ["binaryData", "data"]),
  row("v1", "Secret", ["data", "stringData"]),
];

/** The fields of a kind that replace it; `dataInPlace`: its data is mutable and the provider may change it. */
export function replacingFields(kind: Kind, dataInPlace: boolean): readonly Path[] {
  const rows = [...ROWS, ...(dataInPlace ? [] : DATA)].filter(
    ({ apiVersions, kinds }) => apiVersions.includes(kind.apiVersion) && kinds.includes(kind.kind),
  );
  return ["metadata.name", "metadata.namespace", ...rows.flatMap((each) => each.fields)].map(parsePath);
}

/**
 * True when the changed path is one of the fields or lies below one, or when what is there `now` (undefined where
 * nothing is left) brings one along. What goes away with a field inside it does not replace, as in the official
 * provider: a container taken out of a Pod is an update, which the API server refuses.
 */
export function replacesObject(replacing: readonly Path[], changed: Path, now: Value | undefined): boolean {
  return replacing.some((field) => {
    const shared = Math.min(field.length, changed.length);
    const onTheWay = field.slice(0, shared).every((step, index) => step === "*" || step === changed[index]);
    return onTheWay && (field.length === shared || holds(now, field.slice(shared)));
  });
}

function holds(value: Value | undefined, path: Path): boolean {
  const star = path.indexOf("*");
  if (star < 0) {
    return (valueAt(value, path) ?? null) !== null;
  }
  const elements = valueAt(value, path.slice(0, star));
  return Array.isArray(elements) && elements.some((element: Value) => holds(element, path.slice(star + 1)));
}
