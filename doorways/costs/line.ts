/** Hours of a month, as AWS's own calculator counts them. */
export const HOURS = 730;

/** What is counted, and by which price of the table. */
export interface Line {
  readonly what: string;
  /** Key in the price table. */
  readonly price: string;
  readonly quantity: number;
  /** How the quantity comes about: `3 × 730`. */
  readonly arithmetic: string;
}

/** A resource as the programs make it. */
export interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** A line of `factors` multiplied; the arithmetic is the factors as they are. */
export function line(what: string, price: string, ...factors: readonly number[]): Line {
  return {
    what,
    price,
    quantity: factors.reduce((product, factor) => product * factor, 1),
    arithmetic: factors.join(" × "),
  };
}
