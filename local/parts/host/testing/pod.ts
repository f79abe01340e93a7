import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { formatAddress, formatCidr, parseCidr } from "../../../cidr.ts";
import { addNamespace } from "../namespaces.ts";
import { createRun } from "../run.ts";
import type { Machine } from "../../machine.ts";
import type { Sandbox } from "./sandbox.ts";

export interface TestPod {
  readonly address: string;
  /** The command that enters its network namespace. */
  readonly enter: readonly [command: string, namespace: string];
}

/**
 * A pod on a link of its own, as the node's CNI plugin makes them: the node routes, and nothing is masqueraded.
 * `place`: which eight addresses of the sandbox's pods the node has, 0 to 15. Gone with the sandbox.
 */
export async function makePod(
  sandbox: Sandbox,
  machine: Pick<Machine, "hosts">,
  name: string,
  node: string,
  place: number,
): Promise<TestPod> {
  const base = parseCidr(sandbox.podCidr).base + place * 8;
  const [gateway, address] = [formatAddress(base + 1), formatAddress(base + 2)];
  await machine.hosts.route(node, formatCidr({ base, prefix: 29 }));
  const [netns, onNode] = [`${sandbox.scope.prefix}-${name}`, `${sandbox.scope.prefix}-${node}`];
  const ip = (command: string): void => void execFileSync("ip", command.split(" "));
  await addNamespace(
    createRun(sandbox.scope, () => ""),
    netns,
  );
  ip(`-n ${onNode} link add ${name} type veth peer name eth0 netns ${netns}`);
  ip(`-n ${onNode} address add ${gateway}/32 dev ${name}`);
  ip(`-n ${onNode} link set ${name} up`);
  ip(`-n ${onNode} route add ${address}/32 dev ${name}`);
  ip(`-n ${netns} link set lo up`);
  ip(`-n ${netns} address add ${address}/32 dev eth0`);
  ip(`-n ${netns} link set eth0 up`);
  ip(`-n ${netns} route add ${gateway}/32 dev eth0`);
  ip(`-n ${netns} route add default via ${gateway}`);
  return { address, enter: ["nsenter", `--net=${join("/run/netns", netns)}`] };
}
