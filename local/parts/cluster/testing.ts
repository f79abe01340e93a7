import { RecordedAccount } from "../../aws/testing-account.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";

/** A cluster resource over the subnets of `account`, for the tests beside the code. */
export function cluster(inputs: JsonObject, name = "main"): StoredResource {
  return {
    urn: `urn:pulumi:local::twinstack::aws:eks/cluster:Cluster::${name}`,
    type: "aws:eks/cluster:Cluster",
    id: name,
    inputs: { name, vpcConfig: { subnetIds: ["subnet-0", "subnet-1", "subnet-2"] }, ...inputs },
    outputs: { vpcConfig: { clusterSecurityGroupId: "sg-cluster", securityGroupIds: [] } },
  };
}

/** An account with a subnet `subnet-<n>` for each letter of a zone. */
export function account(zones: readonly string[]): RecordedAccount {
  const subnets = zones.map((zone, index): StoredResource => ({
    urn: `urn:subnet-${index}`,
    type: "aws:ec2/subnet:Subnet",
    id: `subnet-${index}`,
    inputs: { availabilityZone: `eu-central-1${zone}` },
    outputs: {},
  }));
  return new RecordedAccount(new Map(subnets.map((each) => [each.id, each])));
}
