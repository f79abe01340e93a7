import { AGENT_ADDRESS, AUDIENCE, CREDENTIALS_PATH } from "../pod-identity/contract.ts";
import type { Container, PatchOperation, Pod } from "./pod.ts";

const CREDENTIALS_URI = `http://${AGENT_ADDRESS}${CREDENTIALS_PATH}`;
const VOLUME = "eks-pod-identity-token";
const MOUNT = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
const TOKEN_SECONDS = 86_400;

/**
 * What a pod needs to ask the agent for its role's credentials: in each container the environment that AWS's SDKs read,
 * and a token of its service account that the kubelet renews. What a container has already stays. Names, values and
 * rules of https://github.com/aws/amazon-eks-pod-identity-webhook (pkg/handler); its annotations `skip-containers` and
 * `token-expiration` are not read.
 */
export function podIdentityPatch({ spec }: Pod, region: string): readonly PatchOperation[] {
  const patch: PatchOperation[] = [];
  if (spec.volumes === undefined) patch.push({ op: "add", path: "/spec/volumes", value: [volume()] });
  else if (!spec.volumes.some(({ name }) => name === VOLUME)) {
    patch.push({ op: "add", path: "/spec/volumes/0", value: volume() });
  }
  for (const list of ["containers", "initContainers"] as const) {
    const before = spec[list] ?? [];
    const after = before.map((container) => withCredentials(container, region));
    if (after.some((container, index) => container !== before[index])) {
      patch.push({ op: "replace", path: `/spec/${list}`, value: after });
    }
  }
  return patch;
}

function withCredentials(container: Container, region: string): Container {
  const { env = [], volumeMounts = [] } = container;
  const lacks = (...names: readonly string[]): boolean => !env.some(({ name }) => names.includes(name));
  const added = [
    ...(lacks("AWS_STS_REGIONAL_ENDPOINTS")
      ? [{ name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" }]
      : []),
    ...(lacks("AWS_DEFAULT_REGION", "AWS_REGION")
      ? [
          { name: "AWS_DEFAULT_REGION", value: region },
          { name: "AWS_REGION", value: region },
        ]
      : []),
    ...(lacks("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
      ? [
          { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: CREDENTIALS_URI },
          { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: `${MOUNT}/${VOLUME}` },
        ]
      : []),
  ];
  if (added.length === 0) return container;
  const mounted = volumeMounts.some(({ name }) => name === VOLUME);
  const mount = { name: VOLUME, readOnly: true, mountPath: MOUNT };
  return {
    ...container,
    env: [...env, ...added],
    volumeMounts: mounted ? volumeMounts : [...volumeMounts, mount],
  };
}

function volume(): object {
  const serviceAccountToken = { audience: AUDIENCE, expirationSeconds: TOKEN_SECONDS, path: VOLUME };
  return { name: VOLUME, projected: { sources: [{ serviceAccountToken }] } };
}
