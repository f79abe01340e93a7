import { join } from "node:path";
import { ACCOUNT_ID } from "./account.ts";
import { newestSource } from "./source-age.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import type { RegionStatus } from "./protocol.ts";
import type { Resources } from "./resources.ts";
import type { Settings } from "./settings.ts";

const STARTED = Date.now() - process.uptime() * 1000;

export function status(
  settings: Settings,
  resources: Resources,
  machine: LocalMachine | undefined,
  adopting: boolean,
  awsEndpoint: string | null,
): RegionStatus {
  const processes = machine?.processes.list() ?? [];
  const of = (host: string): RegionStatus["hosts"][number]["processes"] =>
    processes.filter(({ name }) => name.startsWith(`${host}/`));
  const hosts = (machine?.hosts.list() ?? []).map(({ name, address, zone }) => ({
    name,
    address,
    zone,
    processes: of(name),
  }));
  const onMachine = processes.filter(({ name }) => !hosts.some((host) => name.startsWith(`${host.name}/`)));
  const machineItself = { name: "(machine)", address: "127.0.0.1", zone: "", processes: onMachine };
  return {
    owner: settings.owner,
    pid: process.pid,
    account: ACCOUNT_ID,
    region: settings.region,
    parts: settings.parts,
    outdated: newestSource(join(settings.owner, "local")) > STARTED,
    adopting,
    repairing: resources.repairing(),
    resources: resources.store.all().filter(({ state }) => state === "ready").length,
    awsEndpoint,
    hosts: onMachine.length > 0 ? [...hosts, machineItself] : hosts,
  };
}
