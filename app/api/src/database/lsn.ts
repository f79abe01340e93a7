import { z } from "zod";

/**
 * A position in PostgreSQL's write-ahead log, as a number: it only ever grows, and what lies before it is visible to
 * who has replayed up to it.
 */
export type Lsn = bigint;

const TEXT = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;

/** PostgreSQL's own notation: `16/B374D848`. */
export const lsnText = z
  .string()
  .regex(TEXT)
  .transform((value) => {
    const [, high = "0", low = "0"] = TEXT.exec(value) ?? [];
    return (BigInt(`0x${high}`) << 32n) | BigInt(`0x${low}`);
  });

export function formatLsn(lsn: Lsn): string {
  return `${(lsn >> 32n).toString(16).toUpperCase()}/${(lsn & 0xffffffffn).toString(16).toUpperCase()}`;
}

export function laterOf(a: Lsn | undefined, b: Lsn | undefined): Lsn | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}
