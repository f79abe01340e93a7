import { join } from "node:path";
import { CONTROL_PLANE } from "../cluster/plan.ts";
import { LISTEN } from "./configurations.ts";
import type { ControlPlane } from "../cluster/control-plane.ts";
import type { ProcessSpec } from "../machine.ts";

/**
 * The webhooks as a process of the control plane's host, on its loopback as in EKS: no other host reaches it, and it
 * answers while there is no region. `identities`: the folder that Identities keeps.
 */
export function admissionProcess(cluster: ControlPlane, identities: string): ProcessSpec {
  const { certificates, plan, address } = cluster;
  const client = certificates.users.admission;
  return {
    name: `${CONTROL_PLANE}/admission`,
    host: CONTROL_PLANE,
    command: process.execPath,
    args: [
      join(import.meta.dirname, "main.ts"),
      `--listen=${LISTEN.address}:${LISTEN.port}`,
      `--serving-certificate=${certificates.admissionServing.cert}`,
      `--serving-key=${certificates.admissionServing.key}`,
      `--server=https://${address}`,
      `--authority=${certificates.authority.cert}`,
      `--client-certificate=${client.cert}`,
      `--client-key=${client.key}`,
      `--identities=${identities}`,
      `--region=${plan.region}`,
    ],
  };
}
