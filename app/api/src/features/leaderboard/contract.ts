import { z } from "zod";

export const leaderboardRow = z.strictObject({
  /** From 1; who reached a score earlier is ahead of who reached the same later. */
  rank: z.int(),
  /** Tells two participants of the same name apart. */
  participantId: z.string(),
  name: z.string(),
  score: z.int(),
  total: z.int(),
});

/** The first fifty. At each quiz a participant's first submitted attempt at its newest version counts. */
export const leaderboard = z.strictObject({ rows: z.array(leaderboardRow) });

const place = { rank: z.int(), score: z.int(), total: z.int() };

export const standing = z.strictObject({
  /** Null until the first submitted attempt has been counted. */
  overall: z.strictObject({ ...place, quizzes: z.int() }).nullable(),
  quizzes: z.array(z.strictObject({ quizId: z.string(), ...place, attempts: z.int() })),
});

export type Leaderboard = z.output<typeof leaderboard>;
export type LeaderboardRow = z.output<typeof leaderboardRow>;
export type Standing = z.output<typeof standing>;
