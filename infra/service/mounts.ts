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

const temporary: Volume = { name: "tmp", emptyDir: { sizeLimit: "64Mi" } };

const trust = (trustName: pulumi.Input<string>): Volume => ({
  name: "trust",
  configMap: { name: trustName },
});

/** Of a pod that is given no secret. Its mounts: `volumeMounts([])`. */
export function volumesWithoutSecret(trustName: pulumi.Input<string>): Volume[] {
  return [temporary, trust(trustName)];
}

/**
 * Only the files that `keys` name: a pod is given no secret it does not use. For no keys there is no volume: an empty
 * list of items would be all of the Secret.
 */
export function volumes({ secretName, trustName }: Mounted, keys: readonly string[]): Volume[] {
  if (keys.length === 0) return volumesWithoutSecret(trustName);
  // Readable by the pod's group alone (fsGroup).
  const secret = { secretName, defaultMode: 0o440, items: keys.map((key) => ({ key, path: key })) };
  return [temporary, { name: "secrets", secret }, trust(trustName)];
}

export function volumeMounts(keys: readonly string[]): VolumeMount[] {
  return [
    { name: "tmp", mountPath: "/tmp" },
    ...(keys.length > 0 ? [{ name: "secrets", mountPath: SECRETS_DIR, readOnly: true }] : []),
    { name: "trust", mountPath: TRUST_DIR, readOnly: true },
  ];
}
