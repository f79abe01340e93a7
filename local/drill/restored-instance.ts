import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "../aws/services/fields.ts";
import { stateDir } from "../paths.ts";
import { InstanceRecords } from "../parts/postgres/record.ts";
import { writeFileAtomic } from "../parts/host/atomic-file.ts";
import { callRegion } from "../region/client.ts";
import type { Machine } from "../parts/machine.ts";
import type { JsonObject, StoredResource } from "../region/protocol.ts";

export const INSTANCE = "aws:rds/instance:Instance";

/** Where the parts keep their files, for who reads them from outside the region. */
export const parts: Pick<Machine, "dataDir"> = { dataDir: (part) => join(stateDir(), part) };

/** The host of an instance's primary server now. */
export function primaryHost(instanceId: string): string {
  const record = new InstanceRecords(parts).get(instanceId);
  if (record === undefined) throw new Error(`no server of ${instanceId} is on record`);
  return record.primary.host;
}

/** One for all drills: what a create left that failed half-way is cleared by the next one of this name. */
const URN = `urn:pulumi:drill::twinstack::${INSTANCE}::restore-drill`;

/** What a drill that was interrupted left: written before anything is made. */
const leftover = (): string => join(stateDir(), "restore-drill.json");

/**
 * Brings up a new instance from `source`'s backups as it was at `time` (milliseconds since 1970), lets `work` have its id,
 * and removes it. Rejects with AWS's words for a time that the backups do not reach.
 */
export async function withRestored<T>(
  source: StoredResource,
  time: number,
  progress: (message: string) => void,
  work: (instanceId: string) => Promise<T>,
): Promise<T> {
  const { outputs } = source;
  const kept = ["instanceClass", "dbSubnetGroupName", "vpcSecurityGroupIds", "parameterGroupName"];
  const inputs: JsonObject = {
    ...Object.fromEntries(kept.map((key) => [key, outputs[key] ?? null])),
    identifier: `${text(outputs, "identifier") ?? source.id}-drill-${Date.now().toString(36)}`,
    backupRetentionPeriod: 0,
    skipFinalSnapshot: true,
    restoreToPointInTime: {
      sourceDbInstanceIdentifier: outputs["identifier"] ?? null,
      restoreTime: new Date(time).toISOString(),
    },
  };
  writeFileAtomic(leftover(), JSON.stringify(inputs));
  try {
    return await work(await create(inputs, progress));
  } finally {
    await removeLeftover(progress);
  }
}

async function create(inputs: JsonObject, progress: (message: string) => void): Promise<string> {
  try {
    const { id } = await callRegion("aws/create", { urn: URN, type: INSTANCE, inputs }, { progress });
    return id;
  } catch (error) {
    rmSync(leftover());
    throw error;
  }
}

/** Removes what a drill made, also one that was killed; answers whether there was something. */
export async function removeLeftover(progress: (message: string) => void): Promise<boolean> {
  if (!existsSync(leftover())) return false;
  // Creates are idempotent: this one answers with what is there, or finishes what is not whole.
  const id = await create(JSON.parse(readFileSync(leftover(), "utf8")) as JsonObject, progress);
  await callRegion("aws/delete", { type: INSTANCE, id }, { progress });
  rmSync(leftover());
  return true;
}
