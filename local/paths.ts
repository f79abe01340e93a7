import { homedir } from "node:os";
import { join } from "node:path";

/** Built and downloaded tools and packages; survives `make down`. */
export function cacheDir(): string {
  return (
    process.env["TWINSTACK_CACHE"] ??
    join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "twinstack")
  );
}

/** What Node compiled of our code and the SDKs; the plugins' scripts name the same folder. */
export const compileCacheDir = (): string => join(cacheDir(), "compiled");

export const defaultStateDir = "/var/lib/twinstack";

/** The region's record, PKI, data of the parts, Pulumi's backend. Removed by `make down`. */
export function stateDir(): string {
  return process.env["TWINSTACK_STATE"] ?? defaultStateDir;
}

/** Sockets and process records; gone after a reboot. Removed by `make down`. */
export function runDir(): string {
  return process.env["TWINSTACK_RUN"] ?? "/run/twinstack";
}

/** The region's API for the plugins and the doorways: HTTP on a Unix socket only root may open. */
export function regionSocket(): string {
  return join(runDir(), "region.sock");
}
