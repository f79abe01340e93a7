import { existsSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { compare } from "../local/drill/comparison.ts";
import {
  INSTANCE,
  parts,
  primaryHost,
  removeLeftover,
  withRestored,
} from "../local/drill/restored-instance.ts";
import { contents, contentsNow, type TableContents } from "../local/drill/tables.ts";
import { text } from "../local/aws/services/fields.ts";
import { runDir } from "../local/paths.ts";
import { withSession, type Session } from "../local/parts/postgres/admin.ts";
import { baseBackups } from "../local/parts/postgres/backups.ts";
import { callRegion } from "../local/region/client.ts";
import type { StoredResource } from "../local/region/protocol.ts";
import { pulumiOutput } from "./pulumi.ts";
import { detail, step } from "./say.ts";
import { platformStack, stackExists, plainOutputs } from "./stack.ts";
import { UserError } from "./user-error.ts";

const FIRST_BACKUP_MS = 60_000;
const READ_MS = 120_000;

interface ExportedResource {
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

/** The instance that is no replica of another. */
async function primaryInstance(): Promise<StoredResource> {
  const { deployment } = JSON.parse(await pulumiOutput(["stack", "export", "--stack", platformStack])) as {
    deployment: { resources?: readonly ExportedResource[] };
  };
  const found = (deployment.resources ?? []).find(
    ({ type, inputs }) => type === INSTANCE && inputs?.["replicateSourceDb"] === undefined,
  );
  const resource = found && (await callRegion("aws/read", { type: INSTANCE, id: found.id ?? "" }));
  if (!resource) throw new UserError('the platform has no database: run "make up" first');
  return resource;
}

/** `TIME`, a make variable, in milliseconds since 1970; undefined without one. */
function wantedTime(): number | undefined {
  const text = process.env["TIME"] ?? "";
  if (text === "") return undefined;
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UserError(
      `TIME: "${text}" is not a time; write one such as ${new Date().toISOString()}, or leave it out for now`,
    );
  }
  return time;
}

/** Backups begin a few seconds after the database: a drill right after the first `make up` waits for that. */
async function firstBackup(source: StoredResource): Promise<number> {
  const deadline = Date.now() + FIRST_BACKUP_MS;
  for (;;) {
    const [first] = baseBackups(parts, source.id);
    if (first !== undefined) return first.endedAt;
    if (Date.now() > deadline)
      throw new UserError("the database has no base backup yet: try again in a minute");
    await delay(200);
  }
}

/**
 * Restores the database's backup as a new instance at a chosen time, compares every table, removes the instance. Without `TIME` the
 * time is now, taken while writers wait, and every row must be the same; with it the source has gone on, and its present rows stand
 * beside the restored ones. The exit code is 1 when tables differ that may not.
 */
export async function restoreDrill(): Promise<void> {
  const wanted = wantedTime();
  if (!existsSync(runDir()) || !stackExists(platformStack)) {
    throw new UserError('nothing is up on this machine: run "make up" first');
  }
  if (await removeLeftover(detail)) step("removed what an interrupted drill left");
  const source = await primaryInstance();
  const { name: database } = (await plainOutputs(platformStack))["database"] as { name: string };
  const read = <T>(id: string, work: (session: Session) => Promise<T>): Promise<T> =>
    withSession(parts, { host: primaryHost(id) }, work, { database, timeoutMs: READ_MS });

  step(`the rows of ${text(source.outputs, "identifier") ?? source.id}`);
  await firstBackup(source);
  const now = await read(source.id, contentsNow);
  const time = wanted ?? now.time;
  step(`restore to ${new Date(time).toISOString()} as a new instance`);
  const restored = await withRestored(source, time, detail, async (id): Promise<readonly TableContents[]> => {
    step("compare");
    return read(id, contents);
  });
  const { lines, different } = compare(now.tables, restored, [
    wanted === undefined ? "then" : "now",
    "restored",
  ]);
  process.stdout.write(`${lines.join("\n")}\n`);
  step("the restored instance is removed");
  if (wanted !== undefined || different.length === 0) return;
  throw new UserError(`the restored rows are not those that were there: ${different.join(", ")}`);
}
