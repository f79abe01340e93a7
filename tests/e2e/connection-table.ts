import type { Output } from "../../doorways/output.ts";
import { callRegion } from "../../local/region/client.ts";
import { scope } from "../../local/parts/host/scope.ts";
import { run } from "../../local/toolchain/run.ts";
import { inHost } from "./in-host.ts";
import { list } from "./kubectl.ts";

interface Place {
  /** What it is in the table; hosts of one kind are all tried. */
  readonly kind: string;
  /** The host in whose network it is; undefined: the machine's own. */
  readonly host: string | undefined;
  readonly address: string;
  readonly ports: readonly number[];
}

/** Ports nobody listens on: a filter that let them through would refuse, not drop, and only then would that be seen. */
const MADE_UP_PORT = 4444;
/** As in Pulumi.local.yaml. */
const API_PORT = 8080;
const METRICS_PORT = 9090;

/** Hosts that try at the same time: each is a process that mostly waits. */
const AT_ONCE = 6;

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/^lb-/, "load balancer"],
  [/^node-/, "node"],
  [/^eks-/, "control plane"],
  [/^pg-/, "database"],
  [/^px-/, "pooler"],
  [/^dns-/, "resolver"],
  [/^registry$/, "registry"],
  [/^s3-/, "S3"],
  [/^vpce-/, "interface endpoint"],
];

/** TCP ports of a host that others could reach, by what listens there now. */
async function listening(host: string): Promise<readonly number[]> {
  const lines = await run("ip", ["netns", "exec", `${scope().prefix}-${host}`, "ss", "-Hltn"]);
  const addresses = lines
    .split("\n")
    .map((line) => line.trim().split(/\s+/)[3] ?? "")
    .filter((address) => address !== "" && !/^(127\.|\[::1\])/.test(address));
  return [...new Set(addresses.map((address) => Number(address.slice(address.lastIndexOf(":") + 1))))];
}

async function places(output: Output): Promise<readonly Place[]> {
  const { hosts } = await callRegion("status", {});
  const groupOf = (address: string | null): string =>
    hosts.find((host) => host.address === address)?.name.slice(0, -1) ?? "none";
  const redis = [
    [groupOf(output.cache.address), "cache"],
    [groupOf(output.queue.address), "queue"],
  ] as const;
  const kindOf = (name: string): string =>
    redis.find(([prefix]) => name.startsWith(prefix))?.[1] ??
    KINDS.find(([pattern]) => pattern.test(name))?.[1] ??
    name;
  const machines = await Promise.all(
    hosts
      .filter(({ name }) => name !== "(machine)")
      .map(async ({ name, address }) => ({
        kind: kindOf(name),
        host: name,
        address,
        ports: [...(await listening(name)), MADE_UP_PORT],
      })),
  );
  const pods = await list(output.kubeconfig, "pods", "--namespace", "twinstack");
  return [
    ...machines,
    ...pods
      .filter(({ status }) => status.phase === "Running")
      .map(({ metadata, spec, status }) => ({
        kind: `${metadata.labels?.["app.kubernetes.io/name"]} pod`,
        host: spec.nodeName,
        address: status.podIP ?? "",
        ports: [API_PORT, METRICS_PORT, MADE_UP_PORT],
      })),
  ];
}

/**
 * Tries every port of every place from every host and from the machine itself. A line for each pair of kinds that can connect, `cache → cache: 6379`,
 * sorted; a port on which only some of a kind's hosts answer has a `?`.
 */
export async function connectionTable(output: Output): Promise<readonly string[]> {
  const all = await places(output);
  const reached = new Map<string, { tried: number; open: number }>();
  const tryFrom = async (from: Pick<Place, "kind" | "host">): Promise<void> => {
    const others = all.filter(({ host }) => host !== from.host);
    const targets = others.flatMap(({ address, ports }) => ports.map((port) => `${address}:${port}`));
    const open = new Set(await inHost<readonly string[]>(from.host, "connect", { args: targets }));
    for (const { kind, address, ports } of others) {
      for (const port of ports) {
        const key = `${from.kind} → ${kind}: ${port}`;
        const count = reached.get(key) ?? { tried: 0, open: 0 };
        count.tried += 1;
        if (open.has(`${address}:${port}`)) count.open += 1;
        reached.set(key, count);
      }
    }
  };
  const sources = [{ kind: "machine", host: undefined }, ...all.filter(({ kind }) => !kind.endsWith(" pod"))];
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let from = sources.shift(); from !== undefined; from = sources.shift()) await tryFrom(from);
  });
  await Promise.all(workers);
  return [...reached]
    .filter(([, { open }]) => open > 0)
    .map(([key, { tried, open }]) => (tried === open ? key : `${key}?`))
    .sort();
}
