import { z } from "zod";
import { HOURS, line, type Line, type Made } from "./line.ts";

/**
 * What a node of the class that Auto Mode is assumed to take lends to pods. `general-purpose` takes what is cheapest and
 * fits, amd64 on demand; of 2 processors and 4 GiB the system keeps a part.
 */
export const NODE = { class: "c5a.large", cpuMillis: 1800, memoryMiB: 3072, diskGiB: 80 } as const;

const quantity = (unit: RegExp, message: string) =>
  z.string().transform((text, context) => {
    const match = unit.exec(text);
    if (match?.[1] !== undefined) return Number(match[1]);
    context.addIssue(message);
    return z.NEVER;
  });

const requests = z.object({
  cpu: quantity(/^(\d+)m$/, "not in thousandths of a processor"),
  memory: quantity(/^(\d+)Mi$/, "not in MiB"),
});

const deploymentInputs = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()) }),
  spec: z.object({
    replicas: z.number(),
    template: z.object({
      spec: z.object({ containers: z.array(z.object({ resources: z.object({ requests }) })) }),
    }),
  }),
});

const clusterInputs = z.object({
  // Not Auto Mode: nodes are somewhere else then, and this file does not know where.
  computeConfig: z.object({ enabled: z.literal(true), nodePools: z.array(z.string()) }),
  vpcConfig: z.object({ subnetIds: z.array(z.string()) }),
  // EXTENDED adds a price of its own once the version is old.
  upgradePolicy: z.object({ supportType: z.literal("STANDARD") }),
});

interface Pods {
  readonly replicas: number;
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/**
 * Of one colour: the other has none while it is idle. A worker is started with the colour that serves, so it counts once.
 * What is of no colour is always there.
 */
function servingPods(all: readonly Made[]): readonly Pods[] {
  return all
    .filter(({ type }) => type === "kubernetes:apps/v1:Deployment")
    .map(({ inputs }) => deploymentInputs.parse(inputs))
    .filter(({ metadata }) => (metadata.labels["app.kubernetes.io/instance"] ?? "blue") === "blue")
    .map(({ spec }) => {
      const wanted = spec.template.spec.containers.map(({ resources }) => resources.requests);
      return {
        replicas: Math.max(spec.replicas, 1),
        cpuMillis: wanted.reduce((sum, { cpu }) => sum + cpu, 0),
        memoryMiB: wanted.reduce((sum, { memory }) => sum + memory, 0),
      };
    });
}

/** The fewest nodes: pods are spread over the zones, and what they request has to fit. */
export function fewestNodes(pods: readonly Pods[], zones: number): number {
  const total = (of: (each: Pods) => number): number =>
    pods.reduce((sum, each) => sum + each.replicas * of(each), 0);
  return Math.max(
    ...pods.map(({ replicas }) => Math.min(replicas, zones)),
    Math.ceil(total((each) => each.cpuMillis) / NODE.cpuMillis),
    Math.ceil(total((each) => each.memoryMiB) / NODE.memoryMiB),
  );
}

/** The control plane, and the nodes that one colour at its smallest and the guard need. */
export function clusterLines(all: readonly Made[]): readonly Line[] {
  const clusters = all.filter(({ type }) => type === "aws:eks/cluster:Cluster");
  return clusters.flatMap(({ name, inputs }) => {
    const { vpcConfig } = clusterInputs.parse(inputs);
    const nodes = fewestNodes(servingPods(all), vpcConfig.subnetIds.length);
    return [
      line(`${name}: control plane`, "eks.hours", 1, HOURS),
      line(`${name}: nodes at least, ${NODE.class}`, "node.hours", nodes, HOURS),
      line(`${name}: Auto Mode's fee on them`, "node.fee", nodes, HOURS),
      line(`${name}: their disks`, "node.disk", nodes, NODE.diskGiB),
    ];
  });
}
