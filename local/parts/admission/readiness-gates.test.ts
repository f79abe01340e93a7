import { readinessGatesPatch } from "./readiness-gates.ts";
import type { Binding } from "../haproxy/binding-targets.ts";
import type { Pod } from "./pod.ts";
import type { BoundServices } from "./readiness-gates.ts";

type Labels = Readonly<Record<string, string>>;

const binding = (name: string, service: string, targetType?: string): Binding => ({
  metadata: { name, namespace: "quiz" },
  spec: { targetGroupARN: "arn:blue", serviceRef: { name: service, port: 80 }, targetType },
});
const pod = (labels: Labels, gates?: readonly string[]): Pod => ({
  metadata: { labels },
  spec: {
    containers: [{ name: "api" }],
    ...(gates && { readinessGates: gates.map((conditionType) => ({ conditionType })) }),
  },
});
const API = { app: "api", colour: "blue" };
const BLUE = "target-health.eks.amazonaws.com/api-blue";
const GREEN = "target-health.eks.amazonaws.com/api-green";

/** A cluster with these bindings in `quiz` alone. */
function cluster(
  bindings: readonly Binding[],
  selectors: Readonly<Record<string, Labels>> = { api: API },
): BoundServices & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    bindings: async (namespace) => (namespace === "quiz" ? bindings : []),
    selector: async (namespace, service) => {
      asked.push(`${namespace}/${service}`);
      return selectors[service];
    },
  };
}

describe("readinessGatesPatch", () => {
  it("gives a pod of a bound Service the binding's gate", async () => {
    const more = { ...API, "pod-template-hash": "abc" };
    expect(await readinessGatesPatch("quiz", pod(more), cluster([binding("api-blue", "api", "ip")]))).toEqual(
      [{ op: "add", path: "/spec/readinessGates", value: [{ conditionType: BLUE }] }],
    );
  });

  it("takes a binding without target type for one by address, as its controller here does", async () => {
    expect(await readinessGatesPatch("quiz", pod(API), cluster([binding("api-blue", "api")]))).toEqual([
      { op: "add", path: "/spec/readinessGates", value: [{ conditionType: BLUE }] },
    ]);
  });

  it("gives one gate for each binding whose Service selects the pod, behind the pod's own", async () => {
    const services = cluster(
      [
        binding("api-blue", "api", "ip"),
        binding("api-green", "api-too", "ip"),
        binding("other", "other", "ip"),
      ],
      { api: API, "api-too": { app: "api" }, other: { app: "other" } },
    );
    expect(await readinessGatesPatch("quiz", pod(API, ["example.com/own"]), services)).toEqual([
      { op: "add", path: "/spec/readinessGates/-", value: { conditionType: BLUE } },
      { op: "add", path: "/spec/readinessGates/-", value: { conditionType: GREEN } },
    ]);
  });

  it("gives no gate twice", async () => {
    const services = cluster([binding("api-blue", "api", "ip"), binding("api-green", "api", "ip")]);
    expect(await readinessGatesPatch("quiz", pod(API, [BLUE]), services)).toEqual([
      { op: "add", path: "/spec/readinessGates/-", value: { conditionType: GREEN } },
    ]);
    expect(await readinessGatesPatch("quiz", pod(API, [BLUE, GREEN]), services)).toEqual([]);
  });

  it.each<[string, Pod, string, readonly Binding[]]>([
    ["without a binding", pod(API), "quiz", []],
    ["in another namespace", pod(API), "shop", [binding("api-blue", "api", "ip")]],
    [
      "that lacks one of the selector's labels",
      pod({ app: "api" }),
      "quiz",
      [binding("api-blue", "api", "ip")],
    ],
    [
      "with another value of a label",
      pod({ app: "api", colour: "green" }),
      "quiz",
      [binding("api-blue", "api", "ip")],
    ],
    [
      "without labels",
      { spec: { containers: [{ name: "api" }] } },
      "quiz",
      [binding("api-blue", "api", "ip")],
    ],
    ["whose Service is not there or selects nothing", pod(API), "quiz", [binding("api-blue", "gone", "ip")]],
  ])("leaves a pod %s as it is", async (_, subject, namespace, bindings) => {
    expect(await readinessGatesPatch(namespace, subject, cluster(bindings))).toEqual([]);
  });

  it("does not even ask for the Service of a binding by instance", async () => {
    const services = cluster([binding("api-blue", "api", "instance")]);
    expect(await readinessGatesPatch("quiz", pod(API), services)).toEqual([]);
    expect(services.asked).toEqual([]);
  });
});
