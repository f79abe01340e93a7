import { execFileSync } from "node:child_process";
import { AwsError } from "../../aws/model.ts";

/** Debian's Redis. */
export const REDIS_SERVER = "/usr/bin/redis-server";

/** `Redis server v=7.0.15 sha=…` → `7.0`. */
export function parseVersion(text: string): string {
  const version = /\bv=(\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined)
    throw new Error(`${REDIS_SERVER} --version does not name its version: ${text.trim()}`);
  return version;
}

let known: string | undefined;

/** Major and minor version of this machine's Redis, read from the program itself. Throws when it is not there. */
export function redisVersion(): string {
  known ??= parseVersion(execFileSync(REDIS_SERVER, ["--version"], { encoding: "utf8" }));
  return known;
}

const major = (version: string): number => Number(version.split(".")[0]);

/**
 * Refuses, by name, what Redis `here` cannot stand in for: Valkey and Redis OSS of version 7 are one protocol, and a newer
 * Redis keeps it; Valkey from 8 on is a program of its own.
 */
export function checkVersion(engine: string, version: string, here = redisVersion()): void {
  if (major(version) === 7) return;
  throw new AwsError(
    "InvalidParameterValue",
    `engineVersion: this machine runs Redis ${here}, which cannot stand in for ${engine} ${version}; ` +
      'write engine "valkey" with engineVersion "7.2", or "redis" with "7.0" or "7.1"',
  );
}

/** What a person should know where another program or version runs than the one asked for; undefined where it is the same. */
export function redisSkew(engine: string, version: string, here = redisVersion()): string | undefined {
  if (engine === "redis" && version === here) return undefined;
  return `Redis ${here} of this machine stands in for ${engine} ${version}: what that does otherwise is not seen here`;
}
