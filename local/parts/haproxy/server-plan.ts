import { checkOptions, failOpenName, initialCheckOptions, initialName } from "./backend-section.ts";
import type { ServerStatus } from "./server-status.ts";
import { serverName } from "./site.ts";
import type { TargetRecord } from "./target-store.ts";
import { backendName } from "./topology.ts";
import type { TargetGroup } from "./topology.ts";

/** Milliseconds until a change takes effect. */
export interface Lag {
  /** From registration until health checks begin. */
  readonly register: number;
  /** From deregistration until no new request is sent: the gap that `preStop` has to cover on AWS. */
  readonly deregister: number;
  /** From a change of weights until requests follow it. */
  readonly rules: number;
}

/** Where a target is on its way: `gone` ones are forgotten and cut off. */
export type Phase = "pending" | "serving" | "draining" | "gone";

export function phase(record: TargetRecord, group: TargetGroup, lag: Lag, now: number): Phase {
  if (record.drainingSince === undefined)
    return now < record.registeredAt + lag.register ? "pending" : "serving";
  const drained = now - record.drainingSince;
  if (drained >= Math.max(group.deregistrationDelay * 1000, lag.deregister)) return "gone";
  return drained < lag.deregister ? "serving" : "draining";
}

export interface Plan {
  readonly commands: readonly string[];
  /** Names of targets that HAProxy did not know: their checks begin anew. */
  readonly added: readonly string[];
  /** Names of targets that passed their first health check. */
  readonly passed: readonly string[];
}

/**
 * The commands that bring one worker's servers to where a group's targets are. Every step may be repeated, and a
 * state between two of them never sends a request to a target that should have none.
 */
export function planServers(
  group: TargetGroup,
  records: readonly TargetRecord[],
  servers: readonly ServerStatus[],
  lag: Lag,
  now: number,
): Plan {
  const names = {
    checked: backendName(group.arn),
    open: failOpenName(group.arn),
    initial: initialName(group.arn),
  };
  const known = new Map(servers.map((server) => [`${server.backend}/${server.name}`, server]));
  const phases = new Map(records.map((record) => [serverName(record), phase(record, group, lag, now)]));
  const commands: string[] = [];
  const added: string[] = [];
  const passed: string[] = [];
  for (const record of records) {
    const name = serverName(record);
    if (phases.get(name) !== "serving") continue;
    const paths = {
      checked: `${names.checked}/${name}`,
      open: `${names.open}/${name}`,
      initial: `${names.initial}/${name}`,
    };
    const [checked, initial] = [known.get(paths.checked), known.get(paths.initial)];
    commands.push(...ready(paths.open, known.get(paths.open), addUnchecked(paths.open, name)));
    commands.push(...ready(paths.checked, checked, addChecked(paths.checked, name, group)));
    if (checked === undefined) added.push(name);
    const isNew = checked === undefined || !record.passed;
    if (isNew && [checked?.check, initial?.check].includes("L7OK")) {
      // ELB user guide: "After your target is registered, it must pass one health check to be considered healthy."
      commands.push(`set server ${paths.checked} health up`);
      passed.push(name);
    } else if (isNew && initial === undefined) {
      commands.push(...addInitial(paths.initial, name, group));
    }
    if (!isNew && initial !== undefined) commands.push(...remove(paths.initial, initial, "gone"));
  }
  for (const server of servers) {
    const where = phases.get(server.name) ?? "gone";
    if (!Object.values(names).includes(server.backend) || where === "serving" || where === "pending")
      continue;
    commands.push(...remove(`${server.backend}/${server.name}`, server, where));
  }
  return { commands, added, passed };
}

function ready(path: string, server: ServerStatus | undefined, add: readonly string[]): readonly string[] {
  if (server === undefined) return add;
  return server.draining || server.maintenance ? [`set server ${path} state ready`] : [];
}

/** Named options of `add server` too: it takes none from its backend, and would keep no connection open. */
const KEEP_ALIVE = "pool-max-conn -1 pool-purge-delay 5s";

/** HAProxy counts a new server as up: it is let out of maintenance only into draining, marked down, then checked. */
function addChecked(path: string, name: string, group: TargetGroup): readonly string[] {
  return [
    `add server ${path} ${name} ${checkOptions(group.health)} ${KEEP_ALIVE}`,
    `set server ${path} state drain`,
    `set server ${path} health down`,
    `enable health ${path}`,
    `set server ${path} state ready`,
  ];
}

function addUnchecked(path: string, name: string): readonly string[] {
  return [`add server ${path} ${name} ${KEEP_ALIVE}`, `set server ${path} state ready`];
}

function addInitial(path: string, name: string, group: TargetGroup): readonly string[] {
  return [
    `add server ${path} ${name} ${initialCheckOptions(group.health)}`,
    `enable health ${path}`,
    `set server ${path} state ready`,
  ];
}

/** A drained server leaves when nothing is in flight; what still is when the delay has passed is cut off, as ALB does. */
function remove(path: string, server: ServerStatus, where: "draining" | "gone"): readonly string[] {
  if (!server.draining && where === "draining") return [`set server ${path} state drain`];
  if (server.sessions > 0 && where === "draining") return [];
  const cut = server.sessions > 0 ? [`shutdown sessions server ${path}`] : [];
  return [...cut, `set server ${path} state maint`, `del server ${path}`];
}
