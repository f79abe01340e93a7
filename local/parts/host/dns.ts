import { Resolver } from "node:dns/promises";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "./atomic-file.ts";
import { parseAddress } from "../../cidr.ts";
import { serving } from "./serving.ts";
import type { VpcHosts } from "./hosts.ts";
import type { NetworkRecord } from "./network-record.ts";
import type { Machine, Processes } from "../machine.ts";

const START_MS = 10_000;

export interface VpcDns {
  readonly names: Machine["dns"];
  /** Starts the VPC's resolver at base + 2, or answers when it runs already. */
  ensureResolver(vpcId: string): Promise<void>;
  removeResolver(vpcId: string): Promise<void>;
  resolverPresent(vpcId: string): Promise<boolean>;
}

/**
 * The VPC's DNS: CoreDNS in a host of its own. It answers our names alone, in every VPC the same, and NXDOMAIN
 * for all else: hosts have no way out of this machine, so a name of the internet would be of no use to them.
 */
export function createDns(
  record: NetworkRecord,
  hosts: VpcHosts,
  processes: Processes,
  stateDir: string,
  tool: (name: string) => string,
): VpcDns {
  const zoneFile = join(stateDir, "dns", "zone");
  const names = readNames(zoneFile);
  let serial = readSerial(zoneFile);
  const resolverName = (vpcId: string): string => `dns-${vpcId.slice(-8)}`;

  function write(): void {
    // CoreDNS loads the zone anew when its serial has grown.
    serial = Math.max(serial + 1, Math.floor(Date.now() / 1000));
    writeFileAtomic(zoneFile, zone(serial, names), { durable: true });
  }

  return {
    names: {
      async set(name, addresses) {
        for (const address of addresses) parseAddress(address);
        if (!/^(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name))
          throw new Error(`DNS name: "${name}" is not a host name`);
        names.set(name.toLowerCase(), [...addresses]);
        write();
      },
      async remove(name) {
        if (names.delete(name.toLowerCase())) write();
      },
      resolve: (name) => resolved(names, name.toLowerCase().replace(/\.$/, "")),
      get address() {
        const [vpc] = record.vpcs.keys();
        const resolver = vpc === undefined ? undefined : hosts.get(resolverName(vpc));
        if (!resolver) throw new Error("there is no VPC on this machine yet, so no resolver");
        return resolver.address;
      },
    },
    async ensureResolver(vpcId) {
      const host = await hosts.ensureReserved(resolverName(vpcId), vpcId, 2);
      if (!existsSync(zoneFile)) write();
      const corefile = join(stateDir, "dns", `${host.name}.corefile`);
      writeFileAtomic(corefile, configuration(host.address, zoneFile));
      const name = `${host.name}/coredns`;
      await processes.ensure({
        name,
        host: host.name,
        command: tool("coredns"),
        args: ["-conf", corefile],
      });
      await serving(processes, name, START_MS, () => answers(host.address));
    },
    async removeResolver(vpcId) {
      await processes.stopHost(resolverName(vpcId));
      await hosts.remove(resolverName(vpcId));
    },
    resolverPresent: (vpcId) => hosts.present(resolverName(vpcId)),
  };
}

/** As the resolver itself answers: a name of its own, else what stands for all names below the closest one above it. */
function resolved(names: ReadonlyMap<string, readonly string[]>, name: string): readonly string[] {
  const labels = name.split(".");
  const candidates = labels.slice(1).map((_, index) => `*.${labels.slice(index + 1).join(".")}`);
  const found = [name, ...candidates].find((candidate) => names.has(candidate));
  return found === undefined ? [] : (names.get(found) ?? []);
}

/** Whether the resolver answers a query at all: the root's own NS record. */
async function answers(address: string): Promise<boolean> {
  const resolver = new Resolver({ timeout: 200, tries: 1 });
  resolver.setServers([address]);
  return resolver.resolveNs(".").then(
    () => true,
    () => false,
  );
}

/** https://coredns.io/plugins/file/: looks for a higher serial every `reload`, so a name is served within 200 ms. */
function configuration(address: string, zoneFile: string): string {
  return `. {
  bind ${address}
  file ${zoneFile} . {
    reload 200ms
  }
  errors
}
`;
}

/** Everything lives a second at most in a client's cache, also that a name is not there (the last SOA field). */
function zone(serial: number, names: ReadonlyMap<string, readonly string[]>): string {
  const records = [...names].flatMap(([name, addresses]) =>
    addresses.map((address) => `${name}. 1 IN A ${address}`),
  );
  return [`. 1 IN SOA ns. root. ${serial} 60 60 60 1`, ". 1 IN NS ns.", ...records, ""].join("\n");
}

function readSerial(path: string): number {
  if (!existsSync(path)) return 0;
  return Number(/ SOA ns\. root\. (\d+) /.exec(readFileSync(path, "utf8"))?.[1] ?? 0);
}

function readNames(path: string): Map<string, readonly string[]> {
  const names = new Map<string, readonly string[]>();
  if (!existsSync(path)) return names;
  for (const [, name = "", address = ""] of readFileSync(path, "utf8").matchAll(/^(\S+)\. 1 IN A (\S+)$/gm)) {
    names.set(name, [...(names.get(name) ?? []), address]);
  }
  return names;
}
