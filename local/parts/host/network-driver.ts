import type { Json, StoredResource } from "../../region/protocol.ts";
import type { PartDriver } from "../../region/part.ts";
import type { LocalMachine } from "./machine.ts";

const NOTHING: Readonly<Record<string, Json>> = {};

/** `aws:ec2/vpc:Vpc`: a bridge with the VPC's router address, and the VPC's resolver. */
export function createVpcDriver(machine: LocalMachine): PartDriver {
  async function ensure(vpc: StoredResource): Promise<Readonly<Record<string, Json>>> {
    await machine.network.ensureVpc(vpc.id, text(vpc, "cidrBlock"));
    await machine.resolvers.ensureResolver(vpc.id);
    return NOTHING;
  }
  return {
    types: ["aws:ec2/vpc:Vpc"],
    create: ensure,
    update: ensure,
    async adopt(vpc) {
      await ensure(vpc);
    },
    async delete(vpc) {
      // AWS refuses to delete a VPC that is in use; what still stands on the bridge is what a crash left.
      for (const host of machine.network.hostsOf(vpc.id)) await machine.hosts.remove(host);
      await machine.resolvers.removeResolver(vpc.id);
      await machine.network.removeVpc(vpc.id);
    },
    async present(vpc) {
      return (await machine.network.vpcPresent(vpc.id)) && (await machine.resolvers.resolverPresent(vpc.id));
    },
  };
}

/** `aws:ec2/subnet:Subnet`: a range to take hosts' addresses from; nothing runs, so nothing can drift. */
export function createSubnetDriver(machine: LocalMachine): PartDriver {
  async function ensure(subnet: StoredResource): Promise<Readonly<Record<string, Json>>> {
    const zone = text(subnet, "availabilityZone");
    machine.network.ensureSubnet(subnet.id, text(subnet, "vpcId"), text(subnet, "cidrBlock"), zone);
    return NOTHING;
  }
  return {
    types: ["aws:ec2/subnet:Subnet"],
    create: ensure,
    update: ensure,
    async adopt(subnet) {
      await ensure(subnet);
    },
    async delete(subnet) {
      machine.network.removeSubnet(subnet.id);
    },
    async present() {
      return true;
    },
  };
}

function text(resource: StoredResource, key: string): string {
  const value = resource.outputs[key];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(
    `${key}: the local cloud needs it for ${resource.type} ${resource.id}; set it in the program`,
  );
}
