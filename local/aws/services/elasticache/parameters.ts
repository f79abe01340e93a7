/**
 * Parameters of the families redis7, valkey7 and valkey8 that the stand-in models, with ElastiCache's defaults.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
export interface Parameter {
  readonly default: string;
  /** Either the values it may have, or the numbers from low to high. */
  readonly values?: readonly string[];
  readonly range?: readonly [low: number, high: number];
  readonly pattern?: RegExp;
}

const YES_NO = ["yes", "no"];
const MAX_INT = 2_147_483_647;

function yesNo(value: "yes" | "no"): Parameter {
  return { default: value, values: YES_NO };
}

function whole(value: number, low = 0, high = MAX_INT): Parameter {
  return { default: String(value), range: [low, high] };
}

const POLICIES = [
  "volatile-lru",
  "allkeys-lru",
  "volatile-lfu",
  "allkeys-lfu",
  "volatile-random",
  "allkeys-random",
  "volatile-ttl",
  "noeviction",
];

/** By name. Those of Redis have the name of the Redis setting; `reserved-memory-percent` is ElastiCache's own. */
export const PARAMETERS: Readonly<Record<string, Parameter>> = {
  "acllog-max-len": whole(128, 0, 10_000),
  activedefrag: yesNo("no"),
  activerehashing: yesNo("yes"),
  "hash-max-listpack-entries": whole(128),
  "hash-max-listpack-value": whole(64),
  "hll-sparse-max-bytes": whole(3000, 1, 16_000),
  "latency-tracking": yesNo("no"),
  "lazyfree-lazy-eviction": yesNo("yes"),
  "lazyfree-lazy-expire": yesNo("yes"),
  "lazyfree-lazy-server-del": yesNo("yes"),
  "lazyfree-lazy-user-del": yesNo("yes"),
  "lfu-decay-time": whole(1),
  "lfu-log-factor": whole(10, 1),
  "list-compress-depth": whole(0),
  "maxmemory-policy": { default: "volatile-lru", values: POLICIES },
  "maxmemory-samples": whole(3, 1),
  "min-replicas-max-lag": whole(10),
  "min-replicas-to-write": whole(0),
  "notify-keyspace-events": { default: "", pattern: /^[KEg$lshzxetdmnA]*$/ },
  "repl-backlog-size": whole(1_048_576, 16_384),
  "reserved-memory-percent": whole(25, 0, 100),
  "set-max-intset-entries": whole(512),
  "slowlog-log-slower-than": whole(10_000, -1),
  "slowlog-max-len": whole(128),
  "stream-node-max-bytes": whole(4096),
  "stream-node-max-entries": whole(100),
  "tcp-keepalive": whole(300),
  timeout: { default: "0", pattern: /^(0|[2-9]\d|1\d\d+|[2-9]\d\d+)$/ },
  "tracking-table-max-keys": whole(1_000_000, 1, 100_000_000),
  "zset-max-listpack-entries": whole(128),
  "zset-max-listpack-value": whole(64),
};

/** What is wrong with a parameter, said so that it can be put right; undefined when nothing is. */
export function parameterProblem(name: string, value: string): string | undefined {
  const parameter = PARAMETERS[name];
  if (parameter === undefined) {
    return `"${name}" is not a parameter that the stand-in models; it models ${Object.keys(PARAMETERS).join(", ")}`;
  }
  const { values, range, pattern } = parameter;
  if (values !== undefined && !values.includes(value)) {
    return `${name} must be one of ${values.join(", ")}, got "${value}"`;
  }
  if (range !== undefined && !within(value, range)) {
    return `${name} must be a whole number between ${range[0]} and ${range[1]}, got "${value}"`;
  }
  if (pattern !== undefined && !pattern.test(value)) return `${name} cannot be "${value}"`;
  return undefined;
}

function within(value: string, [low, high]: readonly [number, number]): boolean {
  return /^-?\d+$/.test(value) && Number(value) >= low && Number(value) <= high;
}
