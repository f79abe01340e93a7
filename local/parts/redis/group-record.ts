import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { writeFileAtomic } from "../host/atomic-file.ts";
import type { Passwords } from "./access.ts";

/** What outlives the region: who the primary is, and the passwords. One file a group, mode 0600. */
export interface GroupRecord {
  /** The host of the primary: the one truth, written before a promotion. */
  readonly primary: string;
  readonly passwords: Passwords;
}

export function newRecord(primary: string): GroupRecord {
  const password = (): string => randomBytes(24).toString("hex");
  return { primary, passwords: { region: password(), replication: password(), tokens: [] } };
}

export function readRecord(file: string): GroupRecord | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as GroupRecord) : undefined;
}

export function writeRecord(file: string, record: GroupRecord): void {
  writeFileAtomic(file, JSON.stringify(record), { durable: true });
}
