/** Where a figure was read; AWS's price list itself could not be asked. */
export type SourceKind =
  /** A published bill or usage report of somebody's account. */
  | "bill"
  /** A published extract of AWS's price list. */
  | "list"
  /** A pricing page of AWS. */
  | "page"
  /** A guide or an example by others. */
  | "guide";

export interface Figure {
  readonly usd: number;
  readonly source: SourceKind;
  /** Month or year of what the source shows, `2026-06`; not every one says. */
  readonly of?: string;
  /** How the figure follows from the source, where it is not there as it stands. */
  readonly derived?: string;
}

/** A list price: on demand, first tier, without tax and without an account's free allowances. */
export interface Price {
  /** AWS's name of what is counted: the usage type on its bill. */
  readonly dimension: string;
  /** What one is: `hour`, `GB-month`, `request`. */
  readonly unit: string;
  /** `global` for what costs the same everywhere, `Europe` for CloudFront's edge locations. */
  readonly region: string;
  /** Day the figure was noted. */
  readonly noted: string;
  /** AWS's page to check it on. */
  readonly page: string;
  /** Missing when no source had it: the line is not priced. */
  readonly figure?: Figure;
  /** Where `figure` is missing: what it costs elsewhere, to see how much is left out. */
  readonly elsewhere?: Figure & { readonly region: string };
}
