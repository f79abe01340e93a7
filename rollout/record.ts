import { z } from "zod";
import { PHASES, type Phase } from "./phases.ts";

/** The one ConfigMap that everybody who releases reads and writes, in the releases' namespace. */
export const RECORD_NAME = "twinstack-rollout";
export const RECORD_KEY = "record.json";

const colour = z.enum(["blue", "green"]);
const phase = z.enum(Object.keys(PHASES) as [Phase, ...Phase[]]);
const weights = z.strictObject({ blue: z.int(), green: z.int() });

/** What was there before the rollout changed it, to be put back. */
const before = z.strictObject({
  /** Pods of the colour that served. */
  replicas: z.int().min(1),
  /** `minReplicas` of each colour's autoscaler; null: the colour had none. */
  minimums: z.strictObject({ blue: z.int().nullable(), green: z.int().nullable() }),
});

/** Of `twinstack:rollout`, what the guard judges by. The driver writes it: the file that was released from is the truth. */
const limits = z.strictObject({
  stepSeconds: z.number(),
  bakeSeconds: z.number(),
  drainMaxSeconds: z.number(),
  errorPercent: z.number(),
  minSamples: z.int(),
  slowerTimes: z.number(),
  slowMilliseconds: z.number(),
});

const current = z.strictObject({
  id: z.string(),
  kind: z.enum(["rollout", "rollback"]),
  from: colour,
  to: colour,
  image: z.string(),
  steps: z.array(z.int().min(1).max(100)),
  limits,
  phase,
  /** ISO 8601. */
  startedAt: z.string(),
  /** Who asked for it: user, host and process. */
  by: z.string(),
  /** Whose turn it is: the driver's up to the shift, then the guard's. Nobody else writes but wishes. */
  holder: z.enum(["driver", "guard"]),
  /** Which of the drivers and guards: the process, or the pod. What another one holds cannot be written. */
  heldBy: z.string(),
  /** Grows while the holder lives. The guard takes over a driver's rollout whose beat stands still for {@link EXPIRES_AFTER_MS}. */
  beat: z.int().min(0),
  /** A wish: `rolledBack` takes the rollout back as soon as its holder sees it. */
  wanted: z.enum(["promoted", "rolledBack"]),
  /** Why it is taken back; null while it is not. */
  why: z.string().nullable(),
  before: before.nullable(),
  /** The phase before which the rollout waits for `make promote`; null: before none. */
  pauseBefore: phase.nullable(),
  /** The phase before which it waits now; null: it does not. */
  waitsBefore: phase.nullable(),
  /** A wish of `make promote`. */
  mayPass: z.boolean(),
  /** Which of `steps` the weights were last moved for; null: they were not moved. */
  step: z.int().min(0).nullable(),
  /** Weights that were about to be written: stored before the load balancer is told. */
  intended: weights.nullable(),
  /** Weights that were read back after they were written. */
  weights: weights.nullable(),
  /** Restarts by pod of the new colour, before it served. */
  restarts: z.record(z.string(), z.int()),
  /** How slow the old colour was before the shift: 95 % of its requests took at most so many milliseconds. null: too few to tell. */
  usualMilliseconds: z.number().nullable(),
  /** What the guard saw last, in one sentence. */
  seen: z.string().nullable(),
  /** Why the guard can go neither on nor back for now. */
  held: z.string().nullable(),
});

const finished = z.strictObject({
  id: z.string(),
  kind: z.enum(["rollout", "rollback"]),
  from: colour,
  to: colour,
  image: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  by: z.string(),
  outcome: z.enum(["promoted", "rolledBack", "failedBeforeTraffic", "undecided"]),
  /** One sentence. */
  reason: z.string(),
});

export const recordSchema = z.strictObject({
  version: z.literal(2),
  current: current.nullable(),
  /** Newest first, at most {@link HISTORY}. */
  history: z.array(finished),
});

/** Version 1, of before the guard, when no rollout is under way: its history is as it is now. */
const former = z
  .strictObject({ version: z.literal(1), current: z.null(), history: z.array(finished) })
  .transform(({ history }): RolloutRecord => ({ version: 2, current: null, history }));

/** A record as it is kept, of this version or of the one before. */
export const keptRecordSchema = z.union([recordSchema, former]);

export type RolloutRecord = z.infer<typeof recordSchema>;
export type Current = z.infer<typeof current>;
export type Finished = z.infer<typeof finished>;
export type Limits = z.infer<typeof limits>;

/** By the observer's own clock: two machines' clocks are never compared. */
export const EXPIRES_AFTER_MS = 15_000;
export const BEAT_MS = 3_000;
const HISTORY = 20;

export const EMPTY: RolloutRecord = { version: 2, current: null, history: [] };

/** The record with `current` finished. A rollout that was refused is in no history. */
export function finish(
  record: RolloutRecord,
  { outcome, reason }: Pick<Finished, "outcome" | "reason">,
  now: Date,
): RolloutRecord {
  if (record.current === null) return record;
  const { id, kind, from, to, image, startedAt, by } = record.current;
  const entry = { id, kind, from, to, image, startedAt, endedAt: now.toISOString(), by, outcome, reason };
  return { ...record, current: null, history: [entry, ...record.history].slice(0, HISTORY) };
}
