import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { UNKNOWN } from "../../../../local/provider/provider.ts";

const folder = join(process.env["TWINSTACK_STATE"] ?? "", "probe");

/** Notes a call for the test to read; unknowns are written as `<unknown>`. */
export function note(method: string, name: string, details: Readonly<Record<string, unknown>> = {}): void {
  mkdirSync(folder, { recursive: true });
  const line = JSON.stringify({ method, name, pid: process.pid, ...details }, (_key, value: unknown) =>
    value === UNKNOWN ? "<unknown>" : value,
  );
  appendFileSync(join(folder, "journal"), `${line}\n`);
}

/** The things that exist, one file each: an administrator (the test) may remove one. */
function file(urn: string): string {
  return join(folder, createHash("sha256").update(urn).digest("hex"));
}

export function recorded(urn: string): string | undefined {
  return existsSync(file(urn)) ? readFileSync(file(urn), "utf8") : undefined;
}

export function record(urn: string, id: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file(urn), id);
}

export function forget(urn: string): void {
  rmSync(file(urn), { force: true });
}

/** True when the test wrote that file to let a slow call go on. */
export function released(): boolean {
  return existsSync(join(folder, "release"));
}
