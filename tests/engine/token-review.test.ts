import { reviewWith } from "../../local/parts/pod-identity/token-review.ts";
import { AdmissionControlPlane } from "./admission-fixture/control-plane.ts";
import { until } from "./kubernetes-fixture/processes.ts";

// A real API server, which knows whose token it is.
jest.setTimeout(120_000);

const AUDIENCE = "pods.eks.amazonaws.com";
const controlPlane = new AdmissionControlPlane();
let uid: string;

const token = (...more: readonly string[]): Promise<string> =>
  controlPlane.kubectl(["create", "token", "guard", "-n", "shop", ...more]);
const review = (of: string) => reviewWith(controlPlane.access)(of);
const bound = (): readonly string[] => [
  "--bound-object-kind=Pod",
  "--bound-object-name=guard-1",
  `--bound-object-uid=${uid}`,
];

beforeAll(async () => {
  await controlPlane.start();
  await controlPlane.apply([
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "guard", namespace: "shop" } },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "guard-1", namespace: "shop" },
      spec: {
        serviceAccountName: "guard",
        automountServiceAccountToken: false,
        containers: [{ name: "main", image: "none" }],
      },
    },
  ]);
  const path = ["get", "pod", "guard-1", "-n", "shop", "-o", "jsonpath={.metadata.uid}"];
  uid = await controlPlane.kubectl(path);
});
afterAll(() => controlPlane.stop());

it("takes no token of another audience, of no pod, or of nobody", async () => {
  expect(await review(await token(...bound()))).toMatchObject({
    problem: expect.stringContaining("audience"),
  });
  expect(await review(await token(`--audience=${AUDIENCE}`))).toEqual({
    problem: "the token is bound to no pod",
  });
  expect(await review("e30.e30.c2ln")).toMatchObject({ problem: expect.any(String) });
});

it("knows the pod of a token, for as long as there is that pod", async () => {
  const good = await token(...bound(), `--audience=${AUDIENCE}`);
  expect(await review(good)).toEqual({
    namespace: "shop",
    serviceAccount: "guard",
    podName: "guard-1",
    podUid: uid,
  });
  await controlPlane.kubectl(["delete", "pod", "guard-1", "-n", "shop", "--grace-period=0", "--force"]);
  // The API server remembers for ten seconds whom it has found good.
  await until("the token is refused", async () => "problem" in (await review(good)), 30);
});
