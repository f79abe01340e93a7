import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { load } from "js-yaml";
import { candidatesOf, programVersion } from "../toolchain/candidates.ts";
import { installedMajor, majorOfPackage, postgresSkew, serverPackages } from "../toolchain/postgres-major.ts";
import { redisSkew } from "../parts/redis/version.ts";
import { blocks, ok, type Check } from "./check.ts";

/** What a stack's configuration asks for, as it is written there. */
export interface Asked {
  readonly database: string;
  readonly cacheEngine: string;
  readonly cache: string;
}

/** Whether PostgreSQL `here`, installed or to be, can serve `asked`; a skew is said in words. */
export function checkPostgres(asked: string, here: number, file: string): Check {
  const skew = postgresSkew(asked, here);
  if (skew === undefined) return ok("PostgreSQL", `${here}, as ${file} asks`);
  if (Number(asked.split(".")[0]) < here) return ok("PostgreSQL", `skew: ${skew}`);
  return blocks(
    "PostgreSQL",
    `${file} asks for engineVersion "${asked}", and this machine has ${here}, which lacks what ${asked} brought`,
    `write twinstack:database.engineVersion: "${here}" in ${file}`,
  );
}

/** The same for Redis `here`. */
export function checkRedis(engine: string, asked: string, here: string, file: string): Check {
  if (!asked.startsWith("7.")) {
    return blocks(
      "Redis",
      `${file} asks for ${engine} ${asked}, and this machine has Redis ${here}, which cannot stand in for it`,
      `write twinstack:cache.engine: redis and engineVersion: "7.0" in ${file}`,
    );
  }
  const skew = redisSkew(engine, asked, here);
  return ok("Redis", skew === undefined ? `${here}, as ${file} asks` : `skew: ${skew}`);
}

/** Reads a stack's configuration file. Undefined where it does not say: the program itself refuses that, by name. */
async function readAsked(path: string): Promise<Asked | undefined> {
  const config = ((load(await readFile(path, "utf8")) ?? {}) as { config?: Record<string, unknown> }).config;
  const group = (key: string): Record<string, unknown> =>
    (config?.[`twinstack:${key}`] ?? {}) as Record<string, unknown>;
  const [database, cacheEngine, cache] = [
    group("database")["engineVersion"],
    group("cache")["engine"],
    group("cache")["engineVersion"],
  ];
  const given = [database, cacheEngine, cache].every((value) => typeof value === "string");
  return given ? ({ database, cacheEngine, cache } as Asked) : undefined;
}

/**
 * The versions that the parts run, installed or to be, against those that the configuration in `configFile` asks for.
 * None for what apt has no candidate for.
 */
export async function versionChecks(configFile: string): Promise<readonly Check[]> {
  const asked = await readAsked(configFile);
  const file = basename(configFile);
  if (asked === undefined) return [];
  const candidates = await candidatesOf([...serverPackages, "redis-server"]);
  const versionOf = (name: string): string | undefined =>
    candidates.get(name)?.installed ?? candidates.get(name)?.version;
  const major =
    installedMajor() ?? majorOfPackage(serverPackages.find((each) => versionOf(each) !== undefined));
  const redis = versionOf("redis-server");
  return [
    ...(major === undefined ? [] : [checkPostgres(asked.database, major, file)]),
    ...(redis === undefined ? [] : [checkRedis(asked.cacheEngine, asked.cache, programVersion(redis), file)]),
  ];
}
