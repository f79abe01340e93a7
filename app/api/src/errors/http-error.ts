/** What went wrong with one field of the request. `field` is a path such as `answers.mars-01`. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** An error that the caller may see; the error middleware turns it into problem details (RFC 9457). */
export abstract class HttpError extends Error {
  abstract readonly status: number;
  abstract readonly title: string;
  /** Extra response headers that the status demands, e.g. `Allow` with 405. */
  readonly headers: Readonly<Record<string, string>> = {};
  readonly fields: readonly FieldProblem[] = [];
}
