import { ensureForwarder } from "../aws-endpoint/forwarder.ts";
import { socketPath } from "../aws-endpoint/region-socket.ts";
import type { Machine } from "../machine.ts";
import { AGENT_ADDRESS } from "./contract.ts";

const PROGRAM = "eks-pod-identity-agent";
const HTTP = 80;

/** Where the region answers for the agents of all nodes. */
export function agentSocket(machine: Pick<Machine, "dataDir">): string {
  return socketPath(machine, PROGRAM);
}

/**
 * The EKS Pod Identity Agent of a node: on the node's own link-local address, which pods reach by their default route
 * and no other host does.
 */
export async function ensureAgent(
  machine: Pick<Machine, "dataDir" | "processes" | "run">,
  node: string,
): Promise<void> {
  await machine.run("ip", ["address", "replace", `${AGENT_ADDRESS}/32`, "dev", "lo"], { host: node });
  await ensureForwarder(machine, {
    host: node,
    program: PROGRAM,
    address: AGENT_ADDRESS,
    port: HTTP,
    socket: agentSocket(machine),
  });
}
