/** Storage of RDS for PostgreSQL. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
import type { Failure } from "../../../provider/provider.ts";
import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { number, text } from "../fields.ts";

const DOC = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html";

/** GiB from which gp3 stripes over four volumes and its rates may be chosen. */
const STRIPED = 400;

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  gp2: [20, 65536],
  gp3: [20, 65536],
  io1: [100, 65536],
  io2: [100, 65536],
  standard: [5, 3072],
};

function typeOf(inputs: Readonly<Record<string, unknown>>): string | undefined {
  const type = inputs["storageType"];
  if (type === undefined) return inputs["iops"] === undefined ? "gp2" : "io1";
  return typeof type === "string" ? type : undefined;
}

const sizes: Rule = {
  source: DOC,
  check(inputs) {
    const type = typeOf(inputs);
    const size = inputs["allocatedStorage"];
    if (type === undefined) return [];
    const limits = LIMITS[type];
    if (!limits) {
      const known = Object.keys(LIMITS).join(", ");
      return [{ property: "storageType", reason: `must be one of ${known}, got "${type}"` }];
    }
    const [low, high] = limits;
    const failures: Failure[] = [];
    if (typeof size === "number" && (!Number.isInteger(size) || size < low || size > high)) {
      const reason = `must be a whole number of GiB between ${low} and ${high} for ${type}, got ${size}`;
      failures.push({ property: "allocatedStorage", reason });
    }
    const most = inputs["maxAllocatedStorage"];
    if (typeof most === "number" && typeof size === "number" && most !== 0 && most < Math.ceil(size * 1.1)) {
      const reason = `must be 0 (no autoscaling) or at least 10 % above allocatedStorage (${size}): ${Math.ceil(size * 1.1)} or more, got ${most}`;
      failures.push({ property: "maxAllocatedStorage", reason });
    }
    return failures;
  },
};

const rates: Rule = {
  source: DOC,
  check(inputs) {
    const type = typeOf(inputs);
    const size = inputs["allocatedStorage"];
    const given = (["iops", "storageThroughput"] as const).filter((key) => inputs[key] !== undefined);
    if (type === "gp3" && typeof size === "number" && size < STRIPED) {
      return given.map((property) => ({
        property,
        reason: `cannot be set for engine postgres, gp3 and less than ${STRIPED} GiB: 3000 IOPS and 125 MiB/s come with it`,
      }));
    }
    if ((type === "io1" || type === "io2") && inputs["iops"] === undefined) {
      return [{ property: "iops", reason: `is required for ${type}` }];
    }
    if (type === "gp2" || type === "standard") {
      return given.map((property) => ({ property, reason: `cannot be set for ${type}` }));
    }
    return [];
  },
};

export const storageRules: readonly Rule[] = [sizes, rates];

/** Rates that come with the type and the size when none were asked for. */
export function storageOutputs(inputs: JsonObject, size: number): Record<string, Json> {
  const type = typeOf(inputs) ?? "gp2";
  const striped = size >= STRIPED;
  const [iops, throughput] = type === "gp3" ? (striped ? [12000, 500] : [3000, 125]) : [0, 0];
  return {
    allocatedStorage: size,
    iops: number(inputs, "iops") ?? iops,
    storageThroughput: number(inputs, "storageThroughput") ?? throughput,
    storageType: type,
  };
}

/** The size after an update: never less, and when more at least a tenth more. */
export function resized(identifier: string, current: JsonObject, inputs: JsonObject): number {
  const before = number(current, "allocatedStorage") ?? 0;
  const asked = number(inputs, "allocatedStorage") ?? before;
  if (asked === before) return before;
  if (asked < before) {
    throw new AwsError(
      "InvalidParameterCombination",
      `Invalid storage size for engine name postgres and storage type ${text(inputs, "storageType") ?? "gp2"}: ${asked}. The storage of ${identifier} cannot be smaller than its ${before} GiB.`,
    );
  }
  return Math.max(asked, Math.ceil(before * 1.1));
}
