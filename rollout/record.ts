import { z } from "zod";
import { PHASES, type Phase } from "./phases.ts";

/** The one ConfigMap that everybody who releases reads and writes, in the releases' namespace. */
export const RECORD_NAME = "twinstack-rollout";
export const RECORD_KEY = "record.json";

const colour = z.enum(["blue", "green"]);
const phase = z.enum(Object.keys(PHASES) as [Phase, ...Phase[]]);

/** What was there before the rollout changed it, to be put back. */
const before = z.strictObject({
  /** Pods of the colour that served. */
  replicas: z.int().min(1),
  /** `minReplicas` of each colour's autoscaler; null: the colour had none. */
  minimums: z.strictObject({ blue: z.int().nullable(), green: z.int().nullable() }),
});

const current = z.strictObject({
  id: z.string(),
  kind: z.enum(["rollout", "rollback"]),
  from: colour,
  to: colour,
  image: z.string(),
  steps: z.array(z.int().min(1).max(100)),
  phase,
  /** ISO 8601. */
  startedAt: z.string(),
  /** Who runs it: user, host and process. */
  by: z.string(),
  /** Grows while the driver lives. Whoever sees it stand still for {@link EXPIRES_AFTER_MS} may take the rollout over. */
  beat: z.int().min(0),
  /** Set by `make rollback`: the driver takes the rollout back as soon as it sees it. */
  wanted: z.enum(["promoted", "rolledBack"]),
  before: before.nullable(),
  /** The phase before which the rollout waits for `make promote`; null: before none. */
  pauseBefore: phase.nullable(),
  /** Set by `make promote`. */
  mayPass: z.boolean(),
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
  version: z.literal(1),
  current: current.nullable(),
  /** Newest first, at most {@link HISTORY}. */
  history: z.array(finished),
});

export type RolloutRecord = z.infer<typeof recordSchema>;
export type Current = z.infer<typeof current>;
export type Finished = z.infer<typeof finished>;

/** By the observer's own clock: two machines' clocks are never compared. */
export const EXPIRES_AFTER_MS = 15_000;
export const BEAT_MS = 3_000;
const HISTORY = 20;

export const EMPTY: RolloutRecord = { version: 1, current: null, history: [] };

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
