import { readFileSync } from "node:fs";
import { formatCidr, overlaps, parseAddress, parseCidr } from "../../cidr.ts";
import type { Cidr } from "../../cidr.ts";

/** A range of this machine that a VPC must not cover, and how to name it in an error. */
export interface UsedRange {
  readonly range: Cidr;
  readonly what: string;
}

/** Ranges a VPC may have, tried in turn for the suggestion in the error. */
const CANDIDATES = [42, 64, 96, 128, 160, 192, 224].map((second) => `10.${second}.0.0`);

/**
 * AWS lets VPCs overlap anything; here they share one machine's routes, so a VPC that covers a network of the
 * machine would cut it off. Throws before anything is made.
 */
export function refuseConflict(cidrBlock: string, used: readonly UsedRange[]): void {
  const range = parseCidr(cidrBlock);
  const conflict = conflictWith(range, used);
  if (!conflict) return;
  const free = freeRange(range.prefix, used);
  throw new Error(
    `cidrBlock: "${cidrBlock}" overlaps ${conflict}, which this machine needs; ` +
      `set the VPC's range to another one${free === undefined ? "" : `, e.g. ${free}`}`,
  );
}

/** What the range overlaps, for an error; undefined when it is free. */
export function conflictWith(range: Cidr, used: readonly UsedRange[]): string | undefined {
  const conflict = used.find((other) => overlaps(range, other.range));
  return conflict && `${conflict.what} (${formatCidr(conflict.range)})`;
}

/** A private range of that size, or of the largest we suggest, that is free; undefined when none of them is. */
export function freeRange(prefix: number, used: readonly UsedRange[]): string | undefined {
  const free = CANDIDATES.map((base) => ({ base: parseAddress(base), prefix: Math.max(prefix, 11) })).find(
    (candidate) => conflictWith(candidate, used) === undefined,
  );
  return free && formatCidr(free);
}

/** `ip -json route show table all`, without our own bridges and the default route. */
export function rangesOfRoutes(routes: string, ours: (device: string) => boolean): readonly UsedRange[] {
  const rows = JSON.parse(routes || "[]") as { dst: string; dev?: string; type?: string }[];
  return rows
    .filter((row) => row.dst !== "default" && !row.dst.includes(":"))
    .filter((row) => row.type !== "broadcast" && !(row.dev !== undefined && ours(row.dev)))
    .map((row) => ({
      range: parseCidr(row.dst.includes("/") ? row.dst : `${row.dst}/32`),
      what: `the route to ${row.dst}${row.dev === undefined ? "" : ` on ${row.dev}`}`,
    }));
}

export function rangesOfNameServers(resolvConf: string): readonly UsedRange[] {
  return [...resolvConf.matchAll(/^nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map(([, address = ""]) => ({
    range: { base: parseAddress(address), prefix: 32 },
    what: "the name server in /etc/resolv.conf",
  }));
}

export function nameServers(): readonly UsedRange[] {
  return rangesOfNameServers(readFileSync("/etc/resolv.conf", "utf8"));
}
