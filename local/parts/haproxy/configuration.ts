import { backend, CONNECT_TIMEOUT, failOpenBackend, initialBackend } from "./backend-section.ts";
import { ownStatuses, page } from "./error-pages.ts";
import { frontend } from "./frontend-section.ts";
import { bodyFile, errorFile, serverStateFile } from "./site.ts";
import type { Server, Site } from "./site.ts";
import { draws, ruleKey } from "./topology.ts";
import type { Rule, Topology } from "./topology.ts";
import { weightsEntry } from "./weights.ts";

/**
 * HAProxy's configuration. `servers` are those that a reload starts with; otherwise they come and go, and weights
 * move, through the runtime API. A changed topology needs a new configuration because HAProxy 2.6
 * can add neither a frontend, a rule nor a backend while it runs.
 */
export function configuration(
  topology: Topology,
  site: Site,
  servers: ReadonlyMap<string, readonly Server[]>,
): string {
  const errors = ownStatuses().map((status) => `errorfile ${status} ${errorFile(site, `${status}.http`)}`);
  return [
    section("global", [
      "log stdout format raw local0",
      `server-state-file ${serverStateFile(site)}`,
      // Connections that outlive a reload keep their old process this long at most, as ALB keeps them for an hour.
      "hard-stop-after 3600s",
      "user haproxy",
      "group haproxy",
    ]),
    section("defaults", [
      "mode http",
      "log global",
      // Health changes and failed requests alone: a request that a reset cut off shows as status -1.
      "option httplog",
      "option dontlog-normal",
      // ALB neither retries a request nor moves it to another target.
      "retries 0",
      "http-reuse safe",
      // At a reload an idle keep-alive connection closes after its next response, never under a request.
      "option idle-close-on-response",
      `timeout client ${topology.idleTimeout}s`,
      `timeout http-request ${topology.idleTimeout}s`,
      `timeout http-keep-alive ${topology.idleTimeout}s`,
      `timeout server ${topology.idleTimeout}s`,
      `timeout tunnel ${topology.idleTimeout}s`,
      `timeout connect ${CONNECT_TIMEOUT}s`,
      "load-server-state-from-file global",
      ...errors,
    ]),
    ...topology.listeners.map((listener) => section(...frontend(listener, topology, site))),
    ...topology.targetGroups.flatMap((group) => [
      section(...backend(group, servers.get(group.arn) ?? [], site)),
      section(...failOpenBackend(group, servers.get(group.arn) ?? [], site)),
      section(...initialBackend(group)),
    ]),
  ].join("\n");
}

/** `<rule key> <weights>` a line, for every rule that draws. */
export function weightsMap(topology: Topology): ReadonlyMap<string, string> {
  const entries = new Map<string, string>();
  for (const rule of allRules(topology)) {
    if (draws(rule) && rule.action.kind === "forward")
      entries.set(ruleKey(rule.arn), weightsEntry(rule.action.groups));
  }
  return entries;
}

/** Path → text of the bodies that fixed responses and redirects send. */
export function responseBodies(topology: Topology, site: Site): ReadonlyMap<string, string> {
  const bodies = new Map<string, string>();
  for (const { arn, action } of allRules(topology)) {
    if (action.kind === "fixed-response" && action.body !== "") bodies.set(bodyFile(site, arn), action.body);
    if (action.kind === "redirect") {
      bodies.set(bodyFile(site, arn), page(action.status === 301 ? "301 Moved Permanently" : "302 Found"));
    }
  }
  return bodies;
}

function allRules(topology: Topology): readonly Rule[] {
  return topology.listeners.flatMap(({ rules }) => rules);
}

function section(name: string, lines: readonly string[]): string {
  return [name, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
