import { z } from "zod";

export const NAME_LENGTH = 40;
const WRITE = `write a name of 1 to ${NAME_LENGTH} letters, digits, spaces or signs`;

/** Shown to everybody. No control characters, and none that turn the writing direction of what follows. */
export const participantName = z
  .string({ error: WRITE })
  .normalize()
  .trim()
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]+$/u, WRITE)
  .refine((name) => Array.from(name).length <= NAME_LENGTH, WRITE);

export const participant = z.strictObject({ id: z.string(), name: z.string() });

/** Null: the visitor is nobody yet. */
export const me = z.strictObject({ participant: participant.nullable() });

export const naming = z.strictObject({ name: participantName });

export type Participant = z.output<typeof participant>;
export type Me = z.output<typeof me>;
