/**
 * `ptp` and not `bridge`: each pod hangs on its own link and the node routes, as with AWS's VPC CNI. With a bridge,
 * an answer between two pods of one node would pass by the service translation where br_netfilter is not loaded.
 * No masquerade: pods keep their address inside the VPC, as in EKS.
 */
export function cniConfiguration(podRange: string): string {
  return JSON.stringify({
    cniVersion: "1.0.0",
    name: "twinstack",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: { type: "host-local", ranges: [[{ subnet: podRange }]], routes: [{ dst: "0.0.0.0/0" }] },
      },
      { type: "portmap", capabilities: { portMappings: true }, snat: true },
    ],
  });
}
