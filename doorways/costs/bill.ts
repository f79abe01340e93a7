import { FIXED } from "./fixed.ts";
import type { Line, Made } from "./line.ts";
import type { Price } from "./price.ts";
import { priceOf } from "./prices.ts";
import { BY_USE, FREE, refuseUnlessFree } from "./unpriced-types.ts";
import { usageLines, type Billed } from "./usage.ts";

export interface PricedLine extends Line {
  readonly listed: Price;
  /** USD a month, to the cent; undefined: not priced. */
  readonly usd: number | undefined;
  /** What it would be elsewhere, where it is not priced here. */
  readonly elsewhereUsd: number | undefined;
}

export interface Part {
  readonly lines: readonly PricedLine[];
  /** Sum of what is priced. */
  readonly usd: number;
  /** Sum of the rest, at the prices of other regions. */
  readonly elsewhereUsd: number;
}

export interface Bill {
  /** What costs by being there. */
  readonly fixed: Part;
  /** What the assumed traffic costs. */
  readonly use: Part;
}

/** Half a cent rounds up, though binary fractions hold it a little below. */
const cents = (usd: number): number => Math.round(usd * 100 + 1e-7) / 100;

function priced(line: Line): PricedLine {
  const listed = priceOf(line.price);
  const times = (figure: { readonly usd: number } | undefined): number | undefined =>
    figure === undefined ? undefined : cents(figure.usd * line.quantity);
  const usd = times(listed.figure);
  return { ...line, listed, usd, elsewhereUsd: usd === undefined ? times(listed.elsewhere) : undefined };
}

/** Of lines that are rounded each, so that a table adds up. */
function part(lines: readonly Line[]): Part {
  const all = lines.map(priced);
  const sum = (of: (line: PricedLine) => number | undefined): number =>
    cents(all.reduce((total, line) => total + (of(line) ?? 0), 0));
  return { lines: all, usd: sum(({ usd }) => usd), elsewhereUsd: sum(({ elsewhereUsd }) => elsewhereUsd) };
}

/** Types that no table of this folder has: whether they cost is not known. */
export function unknownTypes(all: readonly Made[]): readonly string[] {
  const types = new Set(all.map(({ type }) => type));
  return [...types].filter((type) => ![FIXED, BY_USE, FREE].some((table) => type in table)).sort();
}

/** What costs by being there, of an environment's resources. */
export function fixedLines(all: readonly Made[]): readonly Line[] {
  const unknown = unknownTypes(all);
  if (unknown.length > 0)
    throw new Error(
      `doorways/costs has no line for ${unknown.join(", ")}: say what they cost, or why nothing`,
    );
  all.forEach(refuseUnlessFree);
  return Object.entries(FIXED).flatMap(([type, count]) => {
    const own = all.filter((made) => made.type === type);
    return own.length === 0 ? [] : count(own, all);
  });
}

/** A month of an environment. */
export function billOf(environment: Billed, all: readonly Made[]): Bill {
  return { fixed: part(fixedLines(all)), use: part(usageLines(environment)) };
}
