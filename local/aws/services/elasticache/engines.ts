/** Engines, versions and node types of node-based ElastiCache, as far as the stand-in models them. */

interface Release {
  readonly engine: "redis" | "valkey";
  readonly version: string;
  /** The patch release AWS runs for it. */
  readonly actual: string;
  readonly family: string;
}

/** https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/engine-versions.html */
const RELEASES: readonly Release[] = [
  { engine: "redis", version: "7.0", actual: "7.0.7", family: "redis7" },
  { engine: "redis", version: "7.1", actual: "7.1.0", family: "redis7" },
  { engine: "valkey", version: "7.2", actual: "7.2.6", family: "valkey7" },
  { engine: "valkey", version: "8.0", actual: "8.0.1", family: "valkey8" },
  { engine: "valkey", version: "8.1", actual: "8.1.0", family: "valkey8" },
];

export const ENGINES: readonly string[] = ["redis", "valkey"];
export const FAMILIES: readonly string[] = [...new Set(RELEASES.map(({ family }) => family))];

export function versionsOf(engine: string): readonly string[] {
  return RELEASES.filter((release) => release.engine === engine).map(({ version }) => version);
}

/** The release of an engine; without a version the newest one of the engine. */
export function releaseOf(engine: string, version: string | undefined): Release | undefined {
  const releases = RELEASES.filter((release) => release.engine === engine);
  if (version === undefined) return releases.at(-1);
  return releases.find((release) => release.version === version);
}

/**
 * `maxmemory` of a node type in GiB.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html#ParameterGroups.Redis.NodeSpecific
 */
const MEMORY_GIB: Readonly<Record<string, number>> = {
  "cache.t3.micro": 0.5,
  "cache.t3.small": 1.37,
  "cache.t3.medium": 3.09,
  "cache.t4g.micro": 0.5,
  "cache.t4g.small": 1.37,
  "cache.t4g.medium": 3.09,
  "cache.m6g.large": 6.38,
  "cache.m6g.xlarge": 12.93,
  "cache.m7g.large": 6.38,
  "cache.m7g.xlarge": 12.93,
  "cache.m7g.2xlarge": 26.04,
  "cache.r6g.large": 13.07,
  "cache.r6g.xlarge": 26.32,
  "cache.r7g.large": 13.07,
  "cache.r7g.xlarge": 26.32,
  "cache.r7g.2xlarge": 52.82,
};

export const NODE_TYPES: readonly string[] = Object.keys(MEMORY_GIB);

/** Bytes of memory of a node type; undefined when it is none that is modelled. */
export function nodeMemory(nodeType: string): number | undefined {
  const gib = MEMORY_GIB[nodeType];
  return gib === undefined ? undefined : Math.floor(gib * 1024 ** 3);
}
