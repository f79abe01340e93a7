import { EKS_CLUSTER, SECURITY_GROUP, VPC } from "../../../aws/services/ec2/references.ts";
import { EGRESS_RULE, INGRESS_RULE } from "../../../aws/services/ec2/security-group-rules.ts";
import { DEFAULT_SECURITY_GROUP } from "../groups.ts";
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";

function resource(type: string, id: string, inputs: JsonObject, outputs: JsonObject = {}): StoredResource {
  return { urn: `urn:${id}`, type, id, inputs, outputs: { ...inputs, ...outputs } };
}

export function vpc(id: string, cidrBlock: string, defaultSecurityGroupId: string): StoredResource {
  return resource(VPC, id, { cidrBlock }, { defaultSecurityGroupId });
}

export function group(id: string, rules: JsonObject = { ingress: [], egress: [] }): StoredResource {
  return resource(SECURITY_GROUP, id, rules);
}

export function defaultGroup(id: string, rules: JsonObject = { ingress: [], egress: [] }): StoredResource {
  return resource(DEFAULT_SECURITY_GROUP, id, rules);
}

export function cluster(name: string, clusterSecurityGroupId: string): StoredResource {
  return resource(EKS_CLUSTER, name, {}, { vpcConfig: { clusterSecurityGroupId } });
}

/** A rule for TCP on one port; the peer is a group, a range or a prefix list, as its text says. */
export function rule(
  direction: "ingress" | "egress",
  id: string,
  securityGroupId: string,
  peer: string,
  port: number,
): StoredResource {
  const [key] = [
    peer.startsWith("sg-") && "referencedSecurityGroupId",
    peer.startsWith("pl-") && "prefixListId",
    "cidrIpv4",
  ].filter((name) => name !== false) as [string];
  return resource(direction === "ingress" ? INGRESS_RULE : EGRESS_RULE, id, {
    securityGroupId,
    ipProtocol: "tcp",
    fromPort: port,
    toPort: port,
    [key]: peer,
  });
}
