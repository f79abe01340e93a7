import { podIdentityPatch } from "./pod-identity.ts";
import type { Container, Pod, PatchOperation } from "./pod.ts";

const REGION = "eu-central-1";
const STS = { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" };
const REGIONS = [
  { name: "AWS_DEFAULT_REGION", value: REGION },
  { name: "AWS_REGION", value: REGION },
];
const CREDENTIALS = [
  { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
  {
    name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    value: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
  },
];
const MOUNT = {
  name: "eks-pod-identity-token",
  readOnly: true,
  mountPath: "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount",
};
const VOLUME = {
  name: "eks-pod-identity-token",
  projected: {
    sources: [
      {
        serviceAccountToken: {
          audience: "pods.eks.amazonaws.com",
          expirationSeconds: 86400,
          path: "eks-pod-identity-token",
        },
      },
    ],
  },
};

const pod = (spec: Partial<Pod["spec"]>): Pod => ({
  spec: { serviceAccountName: "uploader", containers: [{ name: "main" }], ...spec },
});

/** The patch's operation on this path; undefined when there is none. */
function at(patch: readonly PatchOperation[], path: string): unknown {
  return patch.find((operation) => operation.path === path)?.value;
}

describe("podIdentityPatch", () => {
  it("gives a pod with nothing the token's volume, and its container environment and mount", () => {
    expect(podIdentityPatch(pod({}), REGION)).toEqual([
      { op: "add", path: "/spec/volumes", value: [VOLUME] },
      {
        op: "replace",
        path: "/spec/containers",
        value: [{ name: "main", env: [STS, ...REGIONS, ...CREDENTIALS], volumeMounts: [MOUNT] }],
      },
    ]);
  });

  it("keeps what pods and containers, init containers too, have", () => {
    const own = { name: "own", mountPath: "/own" };
    const subject = pod({
      volumes: [{ name: "own" }],
      containers: [
        { name: "main", env: [{ name: "A", value: "1" }], volumeMounts: [own] },
        { name: "sidecar", image: "proxy" } as Container,
      ],
      initContainers: [{ name: "prepare" }],
    });
    const added = [STS, ...REGIONS, ...CREDENTIALS];
    expect(podIdentityPatch(subject, REGION)).toEqual([
      { op: "add", path: "/spec/volumes/0", value: VOLUME },
      {
        op: "replace",
        path: "/spec/containers",
        value: [
          { name: "main", env: [{ name: "A", value: "1" }, ...added], volumeMounts: [own, MOUNT] },
          { name: "sidecar", image: "proxy", env: added, volumeMounts: [MOUNT] },
        ],
      },
      {
        op: "replace",
        path: "/spec/initContainers",
        value: [{ name: "prepare", env: added, volumeMounts: [MOUNT] }],
      },
    ]);
  });

  it("adds none of a group of variables of which a container sets one itself", () => {
    const environment = (...names: readonly string[]): unknown => {
      const env = names.map((name) => ({ name, value: "own" }));
      const patch = podIdentityPatch(pod({ containers: [{ name: "main", env }] }), REGION);
      const [container] = at(patch, "/spec/containers") as readonly Container[];
      return container?.env?.slice(names.length);
    };
    expect(environment("AWS_REGION")).toEqual([STS, ...CREDENTIALS]);
    expect(environment("AWS_DEFAULT_REGION")).toEqual([STS, ...CREDENTIALS]);
    expect(environment("AWS_STS_REGIONAL_ENDPOINTS")).toEqual([...REGIONS, ...CREDENTIALS]);
    expect(environment("AWS_CONTAINER_CREDENTIALS_FULL_URI")).toEqual([STS, ...REGIONS]);
    expect(environment("AWS_REGION", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")).toEqual([STS]);
  });

  it("leaves a container alone that has all of them, and does not say that it changed it", () => {
    const env = ["AWS_REGION", "AWS_STS_REGIONAL_ENDPOINTS", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    const complete = { name: "main", env: env.map((name) => ({ name, value: "own" })) };
    const patch = podIdentityPatch(pod({ containers: [complete] }), REGION);
    expect(patch).toEqual([{ op: "add", path: "/spec/volumes", value: [VOLUME] }]);
  });

  it("changes nothing when it is asked again about what it made", () => {
    const [volumes, containers] = podIdentityPatch(pod({}), REGION);
    const mutated = pod({
      volumes: volumes?.value as Pod["spec"]["volumes"],
      containers: containers?.value as readonly Container[],
    });
    expect(podIdentityPatch(mutated, REGION)).toEqual([]);
  });
});
