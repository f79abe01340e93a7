import { CommandError } from "../../toolchain/command.ts";
import { runAsOwner } from "./program.ts";
import { connectionTo } from "./replication.ts";
import type { Leader } from "./replication.ts";
import type { Machine } from "../machine.ts";

/** Without a byte for so long the leader, or the way to it, hangs. Its checkpoint comes before the first byte. */
const SILENT_MS = 10 * 60_000;
/** What it prints while all is well: with `--progress` a line a second, as long as bytes come. */
const NEWS = /^\s*\d+\/\d+ kB \(|^pg_basebackup: (waiting for|removing) /;

export interface BaseBackupOptions {
  /** The host that it runs in. */
  readonly host: string;
  /** How it shows itself at the leader. */
  readonly name: string;
  /** The slot that keeps WAL for it; default one of its own, which ends with it. */
  readonly slot?: string;
  /** Most bytes a second, as `pg_basebackup --max-rate` takes it; default as fast as it goes. */
  readonly maxRate?: string;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/**
 * Copies a running server's data over the network into `target`, an empty folder, with the WAL of that time. However long
 * that takes; it fails when no byte came for ten minutes.
 */
export async function takeBaseBackup(
  machine: Machine,
  leader: Leader,
  target: string,
  { host, name, slot, maxRate, signal }: BaseBackupOptions,
): Promise<void> {
  const connection = await connectionTo(machine, leader, name);
  const args = [
    ...["--pgdata", target, "--dbname", connection, "--checkpoint=fast", "--wal-method=stream"],
    ...["--no-password", "--progress"],
    ...(slot === undefined ? [] : ["--slot", slot]),
    ...(maxRate === undefined ? [] : ["--max-rate", maxRate]),
  ];
  const options = { host, silentMs: SILENT_MS, ...(signal === undefined ? {} : { signal }) };
  await runAsOwner(machine, "pg_basebackup", args, options).catch((error: unknown) => {
    if (!(error instanceof CommandError) || error.exitCode === null) throw error;
    const words = error.stderr.split("\n").filter((line) => !NEWS.test(line));
    throw new CommandError("pg_basebackup", error.exitCode, words.join("\n"));
  });
}
