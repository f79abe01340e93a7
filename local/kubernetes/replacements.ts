import { parsePath, type PropertyPath as Path } from "../provider/property-path.ts";
import type { Kind } from "./kinds.ts";

/**
 * Fields whose change replaces the object, as the official provider has it (pulumi-kubernetes,
 * provider/pkg/provider/diff.go, read for 4.x). A row counts for every version of its group.
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

const REPLACING: Readonly<Record<string, readonly string[]>> = {
  "apps/DaemonSet": ["spec.selector"],
  "apps/Deployment": ["spec.selector"],
  "apps/StatefulSet": fields(
    "spec",
    "podManagementPolicy revisionHistoryLimit selector serviceName volumeClaimTemplates",
  ),
  "batch/Job": fields("spec", "completions parallelism selector template"),
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
  "/PersistentVolume": fields("spec", VOLUME_SOURCES),
  "/PersistentVolumeClaim": fields("spec", "accessModes resources selector storageClassName volumeName"),
  "/Pod": [
    ...fields("spec", POD_SPEC_FIELDS),
    ...fields("spec.containers[*]", CONTAINER_FIELDS),
    ...fields("spec.initContainers[*]", CONTAINER_FIELDS),
  ],
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
};

/** What replaces only while the data may not be changed in place. */
const DATA: Readonly<Record<string, readonly string[]>> = {
  "/ConfigMap": ["binaryData", "data"],
  "/Secret": ["data", "stringData"],
};

/** The fields of a kind that replace it; `dataInPlace`: its data is mutable and the provider may change it. */
export function replacingFields(kind: Kind, dataInPlace: boolean): readonly Path[] {
  const slash = kind.apiVersion.indexOf("/");
  const group = slash < 0 ? "" : kind.apiVersion.slice(0, slash);
  const key = `${group}/${kind.kind}`;
  return [
    "metadata.name",
    "metadata.namespace",
    ...(REPLACING[key] ?? []),
    ...(dataInPlace ? [] : (DATA[key] ?? [])),
  ].map(parsePath);
}

/** True when the changed path is one of the fields, lies below one, or comes or goes with one inside it. */
export function replacesObject(replacing: readonly Path[], changed: Path): boolean {
  return replacing.some((field) => {
    const shared = Math.min(field.length, changed.length);
    return field.slice(0, shared).every((step, index) => step === "*" || step === changed[index]);
  });
}
