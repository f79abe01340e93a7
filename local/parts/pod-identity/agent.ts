import { ensureForwarder } from "../aws-endpoint/forwarder.ts";
import { socketPath } from "../aws-endpoint/region-socket.ts";
import type { Machine } from "../machine.ts";

/** Where pods ask for credentials: https://docs.aws.amazon.com/eks/latest/userguide/pod-id-agent-setup.html */
export const AGENT_ADDRESS = "169.254.170.23";
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
