import { BindingReconciler } from "./binding-reconciler.ts";
import type { Binding, Cluster, EndpointSlice, Pod, PodCondition } from "./binding-targets.ts";
import { boundTargets, gateType } from "./binding-targets.ts";
import type { TargetHealth } from "./target-health.ts";
import type { TargetId } from "./targets.ts";

const BLUE = "arn:blue";
const HEALTHY: TargetHealth = { state: "healthy" };
const INITIAL: TargetHealth = {
  state: "initial",
  reason: "Elb.InitialHealthChecking",
  description: "Initial health checks in progress",
};

function binding(port: number | string = 80, name = "quiz-blue"): Binding {
  return {
    metadata: { name, namespace: "quiz" },
    spec: { targetGroupARN: BLUE, targetType: "ip", serviceRef: { name: "quiz-blue", port } },
  };
}
function slice(
  endpoints: EndpointSlice["endpoints"] = [],
  change: Partial<EndpointSlice> = {},
): EndpointSlice {
  return {
    metadata: {
      name: "quiz-blue-x",
      namespace: "quiz",
      labels: { "kubernetes.io/service-name": "quiz-blue" },
    },
    addressType: "IPv4",
    ports: [
      { name: "metrics", port: 9090 },
      { name: "http", port: 3000 },
    ],
    endpoints,
    ...change,
  };
}
function endpoint(
  address: string,
  ready: boolean,
  terminating = false,
): NonNullable<EndpointSlice["endpoints"]>[number] {
  return {
    addresses: [address],
    conditions: { ready, terminating },
    targetRef: { kind: "Pod", name: `pod-${address}` },
  };
}
function pod(
  address: string,
  containersReady: boolean,
  gate = true,
  conditions: readonly PodCondition[] = [],
): Pod {
  return {
    metadata: { name: `pod-${address}`, namespace: "quiz" },
    spec: { readinessGates: gate ? [{ conditionType: gateType(binding()) }] : [] },
    status: {
      conditions: [{ type: "ContainersReady", status: containersReady ? "True" : "False" }, ...conditions],
    },
  };
}
function cluster(slices: readonly EndpointSlice[], pods: readonly Pod[] = []): Cluster {
  return {
    services: [
      { metadata: { name: "quiz-blue", namespace: "quiz" }, spec: { ports: [{ name: "http", port: 80 }] } },
    ],
    slices,
    pods,
  };
}
const addresses = (target: Binding, state: Cluster): readonly string[] =>
  boundTargets(target, state).map(({ id, port }) => `${id}:${port}`);

describe("boundTargets", () => {
  it("takes ready endpoints at the target port of the service's port, by number or name", () => {
    const state = cluster([
      slice([endpoint("10.1.0.1", true), endpoint("10.1.0.2", false)]),
      slice([endpoint("10.1.0.3", true)]),
    ]);
    expect(addresses(binding(80), state)).toEqual(["10.1.0.1:3000", "10.1.0.3:3000"]);
    expect(addresses(binding("http"), state)).toEqual(["10.1.0.1:3000", "10.1.0.3:3000"]);
    expect(addresses(binding(8080), state)).toEqual([]);
  });

  it("leaves out terminating pods, other services, namespaces and address families", () => {
    const other = { "kubernetes.io/service-name": "quiz-green" };
    const state = cluster(
      [
        slice([endpoint("10.1.0.1", false, true)]),
        slice([endpoint("10.1.0.2", true)], { metadata: { namespace: "quiz", labels: other } }),
        slice([endpoint("10.1.0.3", true)], {
          metadata: { namespace: "else", labels: { "kubernetes.io/service-name": "quiz-blue" } },
        }),
        slice([endpoint("fd00::1", true)], { addressType: "IPv6" }),
      ],
      [pod("10.1.0.1", true)],
    );
    expect(addresses(binding(), state)).toEqual([]);
  });

  it("takes a pod that waits for this binding's gate alone", () => {
    const unready = slice([
      endpoint("10.1.0.1", false),
      endpoint("10.1.0.2", false),
      endpoint("10.1.0.3", false),
    ]);
    const pods = [pod("10.1.0.1", true), pod("10.1.0.2", false), pod("10.1.0.3", true, false)];
    expect(addresses(binding(), cluster([unready], pods))).toEqual(["10.1.0.1:3000"]);
    expect(addresses(binding(80, "another"), cluster([unready], pods))).toEqual([]);
  });
});

describe("BindingReconciler", () => {
  const groups = new Map<string, Map<string, TargetHealth>>();
  const calls: string[] = [];
  const logged: string[] = [];
  const key = ({ id, port = 3000 }: TargetId): string => `${id}:${port}`;
  const reconciler = (): BindingReconciler =>
    new BindingReconciler({
      log: (message) => logged.push(message),
      setCondition: async ({ metadata }, { type, status, reason }) =>
        void calls.push(`${metadata?.name} ${type} ${status} ${reason}`),
      targets: {
        registerTargets: async (arn, ids) => {
          calls.push(`register ${arn} ${ids.map(key).join(" ")}`);
          for (const id of ids) groups.get(arn)?.set(key(id), INITIAL);
        },
        deregisterTargets: async (arn, ids) => {
          calls.push(`deregister ${arn} ${ids.map(key).join(" ")}`);
          for (const id of ids) groups.get(arn)?.set(key(id), { state: "draining" });
        },
        describeTargetHealth: async (arn) => {
          const group = groups.get(arn);
          if (group === undefined) throw new Error(`Target groups '${arn}' not found`);
          return [...group].map(([name, health]) => {
            const [id = "", port] = name.split(":");
            return { target: { id, port: Number(port) }, healthCheckPort: Number(port), health };
          });
        },
        groupsWithTargets: () =>
          [...groups]
            .filter(([, group]) => [...group.values()].some(({ state }) => state !== "draining"))
            .map(([arn]) => arn),
      },
    });

  beforeEach(() => {
    groups.clear();
    groups.set(BLUE, new Map());
    calls.length = 0;
    logged.length = 0;
  });

  it("registers what is missing, deregisters what is gone, and then does nothing", async () => {
    groups.set(
      BLUE,
      new Map([
        ["10.1.0.9:3000", HEALTHY],
        ["10.1.0.8:3000", { state: "draining" }],
      ]),
    );
    const state = cluster([slice([endpoint("10.1.0.1", true)])]);
    const subject = reconciler();
    expect(await subject.reconcile([binding()], state)).toBe(false);
    expect(await subject.reconcile([binding()], state)).toBe(false);
    expect(calls).toEqual([`register ${BLUE} 10.1.0.1:3000`, `deregister ${BLUE} 10.1.0.9:3000`]);
  });

  it("opens a readiness gate when the target is healthy, not before", async () => {
    const gate = gateType(binding());
    const subject = reconciler();
    const state = cluster([slice([endpoint("10.1.0.1", false)])], [pod("10.1.0.1", true)]);
    expect(await subject.reconcile([binding()], state)).toBe(true);
    expect(await subject.reconcile([binding()], state)).toBe(true);
    groups.get(BLUE)?.set("10.1.0.1:3000", HEALTHY);
    expect(await subject.reconcile([binding()], state)).toBe(false);
    const opened = cluster(
      [slice([endpoint("10.1.0.1", true)])],
      [pod("10.1.0.1", true, true, [{ type: gate, status: "True", reason: "Healthy" }])],
    );
    expect(await subject.reconcile([binding()], opened)).toBe(false);
    expect(calls).toEqual([
      `register ${BLUE} 10.1.0.1:3000`,
      `pod-10.1.0.1 ${gate} False Elb.RegistrationInProgress`,
      `pod-10.1.0.1 ${gate} False Elb.InitialHealthChecking`,
      `pod-10.1.0.1 ${gate} True Healthy`,
    ]);
  });

  it("keeps the targets of every binding of a group while one replaces another", async () => {
    const state = cluster([slice([endpoint("10.1.0.1", true)])]);
    const old: Binding = {
      metadata: { name: "old", namespace: "quiz" },
      spec: { ...binding().spec, serviceRef: { name: "gone", port: 80 } },
    };
    const subject = reconciler();
    await subject.reconcile([binding(), old], state);
    await subject.reconcile([binding(), old], state);
    await subject.reconcile([binding()], state);
    expect(calls).toEqual([`register ${BLUE} 10.1.0.1:3000`]);
  });

  it("empties the group of a binding that is gone, and of a service that is gone", async () => {
    groups.set(BLUE, new Map([["10.1.0.1:3000", HEALTHY]]));
    await reconciler().reconcile([], cluster([]));
    expect(calls).toEqual([`deregister ${BLUE} 10.1.0.1:3000`]);
    groups.set(BLUE, new Map([["10.1.0.1:3000", HEALTHY]]));
    await reconciler().reconcile([binding()], {
      services: [],
      slices: [slice([endpoint("10.1.0.1", true)])],
      pods: [],
    });
    expect(calls).toEqual([`deregister ${BLUE} 10.1.0.1:3000`, `deregister ${BLUE} 10.1.0.1:3000`]);
  });

  it("says a lasting failure once, goes on with the others, and asks to be called again", async () => {
    const broken: Binding = {
      metadata: { name: "broken", namespace: "quiz" },
      spec: { ...binding().spec, targetGroupARN: "arn:none" },
    };
    const subject = reconciler();
    const state = cluster([slice([endpoint("10.1.0.1", true)])]);
    expect(await subject.reconcile([broken, binding()], state)).toBe(true);
    expect(await subject.reconcile([broken, binding()], state)).toBe(true);
    expect(calls).toEqual([`register ${BLUE} 10.1.0.1:3000`]);
    expect(logged).toEqual([
      "target group binding quiz/broken of arn:none: Target groups 'arn:none' not found",
    ]);
  });
});
