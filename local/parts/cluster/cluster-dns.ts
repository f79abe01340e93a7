import { inside } from "./layout.ts";

export const clusterDnsFiles = {
  corefile: `${inside.clusterDns}/Corefile`,
  kubeconfig: `${inside.clusterDns}/kubeconfig`,
} as const;

/**
 * CoreDNS as EKS Auto Mode runs it: a process on every node, at the cluster's DNS address on the node's own
 * loopback, with no Service in front, so a node's loss takes no other node's names.
 * `upstream` is the VPC's resolver. Its answers are kept for their own TTL, between 1 and 30 s (CoreDNS's own least
 * is 5 s), so a failover's new address arrives as soon as the resolver has it.
 */
export function corefile(address: string, upstream: string): string {
  return `.:53 {
  bind ${address}
  errors
  kubernetes cluster.local in-addr.arpa {
    kubeconfig ${clusterDnsFiles.kubeconfig} default
    pods insecure
    ttl 5
    fallthrough in-addr.arpa
  }
  forward . ${upstream}
  cache {
    success 9984 30 1
    denial 9984 5 1
    disable success cluster.local
    disable denial cluster.local
  }
}
`;
}
