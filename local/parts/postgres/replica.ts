import { withSession } from "./admin.ts";
import { ensureHost, ensureServer } from "./ensure-server.ts";
import { whilePassing } from "./passing.ts";
import { ensureSlot } from "./replication.ts";
import { copyData, hasData } from "./seed.ts";
import { isStreaming } from "./standby.ts";
import type { InstanceInput } from "./instance-input.ts";
import type { InstanceRecord } from "./record.ts";
import type { Leader } from "./replication.ts";
import type { Progress, Site } from "./site.ts";

/** A read replica of its source's primary of the moment. `anew`: what it has cannot follow any more, it is copied. */
export async function ensureReplica(
  site: Site,
  input: InstanceInput,
  record: InstanceRecord,
  leader: Leader,
  anew: boolean,
): Promise<Progress> {
  const { machine } = site;
  const { address, name } = await ensureHost(site, input, record.primary);
  const led = await leads(site, leader);
  if (led) await ensureSlot(machine, leader, name);
  const begun = site.copies.state(name) !== "none";
  // It may have found its way since that was decided.
  if (begun || !hasData(machine, name) || (anew && led && !(await isStreaming(site, leader, name)))) {
    if (!led) return "waits";
    if (!begun) site.log(`${input.identifier}: copying ${leader.endpoint}`);
    if ((await copyData(site, leader, name)) === "copying") return "copying";
  }
  await ensureServer(site, input, { node: record.primary, leader, access: "clients" });
  await machine.dns.set(input.address, [address]);
  if (!led) return "waits";
  return (await isStreaming(site, leader, name)) ? "done" : "astray";
}

/** Whether it answers, as a primary: one that is being promoted is none yet. */
async function leads(site: Site, leader: Leader): Promise<boolean> {
  return withSession(
    site.machine,
    leader,
    async (session) =>
      (await session.query("SELECT pg_is_in_recovery() AS follows"))[0]?.["follows"] === false,
    { timeoutMs: 2000 },
  ).catch(whilePassing(false));
}
