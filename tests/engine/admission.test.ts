import { Identities } from "../../local/parts/admission/identities.ts";
import { keepWebhooks } from "../../local/parts/admission/keeper.ts";
import { applyOne } from "../../local/parts/cluster/api-client.ts";
import { poll } from "../../local/parts/cluster/wait.ts";
import { AdmissionControlPlane } from "./admission-fixture/control-plane.ts";
import { until } from "./kubernetes-fixture/processes.ts";
import type { Manifest } from "../../local/parts/cluster/manifest.ts";

// A real API server that calls the real webhooks.
jest.setTimeout(120_000);

type Labels = Readonly<Record<string, string>>;

const LABELS = { "app.kubernetes.io/name": "api", "app.kubernetes.io/instance": "blue" };
const GATE = "target-health.eks.amazonaws.com/api-blue";
const RESTRICTED = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ["ALL"] },
  runAsNonRoot: true,
  seccompProfile: { type: "RuntimeDefault" },
};

interface Container {
  readonly env?: readonly object[];
  readonly volumeMounts?: readonly object[];
}
interface PodSpec {
  readonly readinessGates?: readonly object[];
  readonly volumes?: readonly object[];
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
}

const controlPlane = new AdmissionControlPlane();
const identities = new Identities(controlPlane.identities);

/** What the API server would store of a restricted pod without API token. */
async function created(
  namespace: string,
  labels: Labels = LABELS,
  serviceAccountName = "api",
): Promise<PodSpec> {
  const container = { image: "none", securityContext: RESTRICTED };
  const manifest = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "api", namespace, labels },
    spec: {
      serviceAccountName,
      automountServiceAccountToken: false,
      containers: [{ name: "main", ...container }],
      initContainers: [{ name: "prepare", ...container }],
    },
  };
  const dryRun = ["create", "--dry-run=server", "-o", "json", "-f", "-"];
  const answer = await controlPlane.kubectl(dryRun, JSON.stringify(manifest));
  return (JSON.parse(answer) as { spec: PodSpec }).spec;
}

function namespace(name: string, labels: Labels): Manifest {
  const enforced = { "pod-security.kubernetes.io/enforce": "restricted", ...labels };
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels: enforced } };
}

function serviceAccount(name: string, namespace: string): Manifest {
  return { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } };
}

function service(name: string, selector?: Labels): Manifest {
  const spec = { ports: [{ port: 80 }], ...(selector && { selector }) };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace: "quiz" }, spec };
}

function binding(name: string, serviceName: string, targetType = "ip"): Manifest {
  return {
    apiVersion: "eks.amazonaws.com/v1",
    kind: "TargetGroupBinding",
    metadata: { name, namespace: "quiz" },
    spec: { targetGroupARN: "arn:aws:group", targetType, serviceRef: { name: serviceName, port: 80 } },
  };
}

beforeAll(async () => {
  await controlPlane.start();
  await controlPlane.apply([
    namespace("quiz", { "eks.amazonaws.com/pod-readiness-gate-inject": "enabled" }),
    namespace("shop", {}),
  ]);
  await controlPlane.apply([
    serviceAccount("api", "quiz"),
    serviceAccount("api", "shop"),
    serviceAccount("other", "shop"),
    service("api", LABELS),
    service("unselecting"),
    binding("unselecting", "unselecting"),
    binding("gone", "gone"),
    binding("instance", "api", "instance"),
  ]);
});
afterAll(() => controlPlane.stop());

it("gives a pod the gate of a binding from the moment that it is there", async () => {
  expect((await created("quiz")).readinessGates).toBeUndefined();
  await controlPlane.apply([binding("api-blue", "api")]);
  expect((await created("quiz")).readinessGates).toEqual([{ conditionType: GATE }]);
  expect((await created("quiz", { "app.kubernetes.io/name": "worker" })).readinessGates).toBeUndefined();
  expect((await created("shop")).readinessGates).toBeUndefined();
});

it("gives a restricted pod what it needs to ask for credentials, by its service account alone", async () => {
  identities.set("a-1", { namespace: "shop", serviceAccount: "api" });
  const folder = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
  const env = [
    { name: "AWS_STS_REGIONAL_ENDPOINTS", value: "regional" },
    { name: "AWS_DEFAULT_REGION", value: "eu-central-1" },
    { name: "AWS_REGION", value: "eu-central-1" },
    { name: "AWS_CONTAINER_CREDENTIALS_FULL_URI", value: "http://169.254.170.23/v1/credentials" },
    { name: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", value: `${folder}/eks-pod-identity-token` },
  ];
  const mounts = [{ name: "eks-pod-identity-token", readOnly: true, mountPath: folder }];
  const { containers, initContainers, volumes } = await created("shop");
  for (const container of [...containers, ...initContainers]) {
    expect([container.env, container.volumeMounts]).toEqual([env, mounts]);
  }
  const audience = "pods.eks.amazonaws.com";
  const token = { audience, expirationSeconds: 86400, path: "eks-pod-identity-token" };
  expect(volumes).toEqual([
    {
      name: "eks-pod-identity-token",
      projected: { defaultMode: 420, sources: [{ serviceAccountToken: token }] },
    },
  ]);
  const others = [
    created("shop", LABELS, "other"),
    created("quiz"),
    created("shop", { "eks.amazonaws.com/skip-pod-identity-webhook": "true" }),
  ];
  for (const { containers: untouched, volumes: none } of await Promise.all(others)) {
    expect([untouched[0]?.env, untouched[0]?.volumeMounts, none]).toEqual([undefined, undefined, undefined]);
  }
});

it("admits pods without either while no webhook answers, and with both from its next start", async () => {
  await controlPlane.apply([binding("api-blue", "api")]);
  identities.set("a-2", { namespace: "quiz", serviceAccount: "api" });
  await controlPlane.killWebhooks();
  const { readinessGates, volumes } = await created("quiz");
  expect([readinessGates, volumes]).toEqual([undefined, undefined]);
  controlPlane.startWebhooks();
  await poll("both", 30_000, async () => {
    const spec = await created("quiz");
    expect([spec.readinessGates?.length, spec.volumes?.length]).toEqual([1, 1]);
  });
});

it("puts back what somebody deleted or changed, and nothing else", async () => {
  const configuration = async (
    name: string,
  ): Promise<{ metadata: object; webhooks: { failurePolicy: string }[] }> => {
    const answer = await controlPlane.kubectl(["get", "mutatingwebhookconfiguration", name, "-o", "json"]);
    return JSON.parse(answer) as Awaited<ReturnType<typeof configuration>>;
  };
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const before = await configuration("eks-load-balancing-webhook");
  let applied = 0;
  const keeper = keepWebhooks({
    access: controlPlane.access,
    wanted: controlPlane.configurations,
    log,
    everyMs: 50,
    apply: async (...args) => {
      const answer = await applyOne(...args);
      applied += 1;
      return answer;
    },
  });
  await until("a first pass", () => applied >= 2, 30);
  await controlPlane.kubectl(["delete", "mutatingwebhookconfiguration", "pod-identity-webhook"]);
  await until("the deleted one", () => lines.length === 1, 30);
  expect((await configuration("eks-load-balancing-webhook")).metadata).toEqual(before.metadata);
  const patch = '[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Fail"}]';
  const named = ["mutatingwebhookconfiguration", "eks-load-balancing-webhook"];
  await controlPlane.kubectl(["patch", ...named, "--type=json", `--patch=${patch}`]);
  await until("the changed one", () => lines.length === 2, 30);
  await keeper.close();
  expect(lines).toEqual([
    "admission: pod-identity-webhook was changed or deleted by hand, put back",
    "admission: eks-load-balancing-webhook was changed or deleted by hand, put back",
  ]);
  expect((await configuration("eks-load-balancing-webhook")).webhooks).toEqual(before.webhooks);
  expect((await created("shop")).volumes).toHaveLength(1);
});
