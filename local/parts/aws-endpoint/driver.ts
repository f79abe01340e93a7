import { rmSync } from "node:fs";

import { S3_OFFSET } from "../../aws/services/ec2/prefix-lists.ts";
import { AwsError } from "../../aws/model.ts";
import type { Account } from "../../aws/model.ts";
import { VPC_ENDPOINT } from "../../aws/services/ec2/references.ts";
import type { DriverContext, PartDriver } from "../../region/part.ts";
import type { StoredResource } from "../../region/protocol.ts";
import type { LocalMachine } from "../host/machine.ts";
import { ensureForwarder } from "./forwarder.ts";
import { placementOf } from "./placement.ts";
import type { Place, Placement } from "./placement.ts";
import { socketPath } from "./region-socket.ts";
import { serveEndpoint } from "./server.ts";
import type { EndpointServer, Listeners } from "./server.ts";

const PROGRAM = "vpc-endpoint";
const HTTPS = 443;

export interface EndpointContext extends Omit<DriverContext, "machine"> {
  readonly machine: LocalMachine;
  readonly listeners: Listeners;
}

/**
 * `aws:ec2/vpcEndpoint:VpcEndpoint` of the services that answer here. An interface endpoint is a host in each of its subnets
 * under its security groups; the gateway endpoint of S3 a host at base + 3 of the VPC, an address that AWS keeps to itself in
 * every subnet. Both pass HTTPS on to the region, and the service's names lead there: without the endpoint there is no way to
 * the service from inside the VPC.
 */
export function createVpcEndpointDriver(context: EndpointContext): PartDriver {
  const { machine, account } = context;
  const servers = new Map<string, Promise<EndpointServer>>();
  machine.ended.addEventListener("abort", () => {
    for (const server of servers.values())
      void server.then(
        (running) => running.close(),
        () => undefined,
      );
  });

  function server(endpoint: StoredResource, placement: Placement): Promise<EndpointServer> {
    const known = servers.get(endpoint.id);
    if (known !== undefined) return known;
    const started = serveEndpoint(context, endpoint.id, placement);
    servers.set(endpoint.id, started);
    started.catch(() => servers.delete(endpoint.id));
    return started;
  }

  async function connect({ host, subnet }: Place, endpoint: StoredResource, vpcId: string): Promise<string> {
    const { address } =
      subnet === undefined
        ? await machine.hosts.ensureReserved(host, vpcId, S3_OFFSET)
        : await machine.hosts.ensure(host, subnet.id, subnet.groups);
    const socket = socketPath(machine, endpoint.id);
    await ensureForwarder(machine, { host, program: PROGRAM, address, port: HTTPS, socket });
    return address;
  }

  async function ensure(endpoint: StoredResource): Promise<Record<string, never>> {
    const placement = placementOf(endpoint, account);
    if (placement === undefined || placement.places.length === 0) return {};
    const { places, names, vpcId } = placement;
    refuseSecond(account, endpoint, placement);
    await server(endpoint, placement);
    const addresses = await Promise.all(places.map((place) => connect(place, endpoint, vpcId)));
    for (const name of names) await machine.dns.set(name, addresses);
    return {};
  }

  /** Takes away what `endpoint` has, but what `kept` and the account's other endpoints have. */
  async function withdraw(endpoint: StoredResource, kept: Placement | undefined): Promise<void> {
    const placement = placementOf(endpoint, account);
    if (placement === undefined) return;
    const staying = [kept, ...othersOf(account, endpoint)].filter((each) => each !== undefined);
    const hosts = staying.flatMap(({ places }) => places.map(({ host }) => host));
    const names = staying.flatMap((each) => (each.places.length > 0 ? each.names : []));
    for (const name of placement.names) if (!names.includes(name)) await machine.dns.remove(name);
    const leaving = placement.places.filter(({ host }) => !hosts.includes(host));
    await Promise.all(leaving.map(({ host }) => machine.hosts.remove(host)));
    if (kept !== undefined && kept.places.length > 0) return;
    const running = await servers.get(endpoint.id);
    servers.delete(endpoint.id);
    running?.close();
    rmSync(socketPath(machine, endpoint.id), { force: true });
  }

  return {
    types: [VPC_ENDPOINT],
    create: ensure,
    async update(endpoint, previous) {
      await withdraw(previous, placementOf(endpoint, account));
      return ensure(endpoint);
    },
    async adopt(endpoint) {
      await ensure(endpoint);
    },
    async present(endpoint) {
      const places = placementOf(endpoint, account)?.places ?? [];
      const present = await Promise.all(places.map(({ host }) => machine.hosts.present(host)));
      return present.every((each) => each);
    },
    delete: (endpoint) => withdraw(endpoint, undefined),
  };
}

function othersOf(account: Account, endpoint: StoredResource): readonly Placement[] {
  const others = account.all(VPC_ENDPOINT).filter(({ id }) => id !== endpoint.id);
  return others.flatMap((other) => placementOf(other, account) ?? []);
}

/** AWS takes several gateway endpoints with route tables of their own each; here one opens the way for the whole VPC. */
function refuseSecond(account: Account, endpoint: StoredResource, { service, places }: Placement): void {
  const hosts = places.map(({ host }) => host);
  const taken = othersOf(account, endpoint).some((other) =>
    other.places.some(({ host }) => hosts.includes(host)),
  );
  if (!taken) return;
  throw new AwsError(
    "VpcEndpointLimitExceeded",
    `routeTableIds: this machine runs one endpoint of ${service} for a VPC; name all route tables in that one`,
  );
}
