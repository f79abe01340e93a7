import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { formatCidr } from "../cidr.ts";
import { POD_RANGE } from "../parts/cluster/plan.ts";
import { conflictingRoute } from "../parts/cluster/pod-range.ts";
import {
  conflictWith,
  freeRange,
  nameServers,
  rangesOfRoutes,
  type UsedRange,
} from "../parts/host/address-conflict.ts";
import { scope } from "../parts/host/scope.ts";
import { run } from "../toolchain/run.ts";
import { blocks, ok, type Check } from "./check.ts";
import { readLocalRanges, type LocalRanges } from "./local-ranges.ts";

/** Whether a network of this machine, or its name server, lies in the VPC's range. */
export function checkVpcRange({ vpc }: LocalRanges, used: readonly UsedRange[]): Check {
  const name = "VPC range";
  const conflict = conflictWith(vpc, used);
  if (conflict === undefined) return ok(name, `${formatCidr(vpc)} is free`);
  return blocks(
    name,
    `${formatCidr(vpc)} overlaps ${conflict}, which this machine needs`,
    `set twinstack:network.cidr and twinstack:edge.ingress.cidrs in Pulumi.local.yaml to ` +
      (freeRange(vpc.prefix, used) ?? "a private range that this machine does not use"),
  );
}

/** Services' addresses exist in the namespaces of the nodes alone: a network of the machine in that range is not cut off. */
export function checkServiceRange({ services }: LocalRanges, used: readonly UsedRange[]): Check {
  const conflict = conflictWith(services, used);
  const note = conflict === undefined ? "is free" : `overlaps ${conflict}, which goes on working`;
  return ok("service range", `${formatCidr(services)} ${note}`);
}

/** `routes` as `ip -json route show table all` prints them. */
export function checkPodRange(routes: string): Check {
  const conflict = conflictingRoute(routes);
  return conflict === undefined
    ? ok("pod range", `${POD_RANGE} is free`)
    : blocks("pod range", `pods take ${POD_RANGE}, but ${conflict}`, "remove that route: the range is fixed");
}

/**
 * No part needs a certain port of the machine's: each listens on an address of its own. What does listen on loopback (the
 * region's AWS API, the plugins) takes any that is free. `error` is what trying that said.
 */
export function checkPorts(error: string | undefined): Check {
  return error === undefined
    ? ok("ports", "none in particular is needed; 127.0.0.1 gives free ones")
    : blocks(
        "ports",
        `127.0.0.1 gives no port that can be reached: ${error}`,
        'see that loopback is up ("ip link set lo up") and unfiltered',
      );
}

/** Takes a free port and connects to it: on a loopback that is down the first still works. */
async function tryLoopback(): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1");
    await once(client, "connect");
    client.destroy();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    server.close();
  }
}

/** Checks of the ranges in `configFile` against this machine's networks. A running region's own are no conflict. */
export async function addressChecks(configFile: string): Promise<readonly Check[]> {
  const ports = checkPorts(await tryLoopback());
  let routes: string;
  try {
    routes = await run("ip", ["-json", "route", "show", "table", "all"]);
  } catch (error) {
    const found = `this machine's routes cannot be read: ${(error as Error).message}`;
    return [ports, blocks("address ranges", found, "install iproute2")];
  }
  const ranges = await readLocalRanges(configFile);
  if ("state" in ranges) return [ports, ranges];
  const bridges = `${scope().prefix}-vpc-`;
  const used = [...rangesOfRoutes(routes, (device) => device.startsWith(bridges)), ...nameServers()];
  return [ports, checkVpcRange(ranges, used), checkServiceRange(ranges, used), checkPodRange(routes)];
}
