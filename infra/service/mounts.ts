import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

type Volume = kubernetes.types.input.core.v1.Volume;
type VolumeMount = kubernetes.types.input.core.v1.VolumeMount;

/** Folder of the secret files in the pods. */
export const SECRETS_DIR = "/etc/twinstack/secrets";
const TRUST_DIR = "/etc/twinstack/trust";
const TRUST_FILE = "ca.pem";

/** Names of what a pod mounts. */
export interface Mounted {
  readonly secretName: pulumi.Input<string>;
  readonly trustName: pulumi.Input<string>;
}

/** Node reads these certificates at start, for every TLS connection: https://nodejs.org/api/cli.html#node_extra_ca_certsfile */
export const trustVariable = { name: "NODE_EXTRA_CA_CERTS", value: `${TRUST_DIR}/${TRUST_FILE}` };

export const trustData = (certificates: string): Record<string, string> => ({ [TRUST_FILE]: certificates });

/**
 * Only the files that `keys` name: a pod is given no secret it does not use. For no keys there is no volume: an empty
 * list of items would be all of the Secret.
 */
export function volumes({ secretName, trustName }: Mounted, keys: readonly string[]): Volume[] {
  // Readable by the pod's group alone (fsGroup).
  const secret = { secretName, defaultMode: 0o440, items: keys.map((key) => ({ key, path: key })) };
  return [
    { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
    ...(keys.length > 0 ? [{ name: "secrets", secret }] : []),
    { name: "trust", configMap: { name: trustName } },
  ];
}

export function volumeMounts(keys: readonly string[]): VolumeMount[] {
  return [
    { name: "tmp", mountPath: "/tmp" },
    ...(keys.length > 0 ? [{ name: "secrets", mountPath: SECRETS_DIR, readOnly: true }] : []),
    { name: "trust", mountPath: TRUST_DIR, readOnly: true },
  ];
}
