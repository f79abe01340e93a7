import { HttpError } from "./http-error.ts";
import type { FieldProblem } from "./http-error.ts";

/** 400: one or more fields of the request are not acceptable. */
export class ValidationError extends HttpError {
  readonly status = 400;
  readonly title = "Bad request";
  override readonly fields: readonly FieldProblem[];

  constructor(fields: readonly FieldProblem[]) {
    super(fields.map(({ field, message }) => `${field}: ${message}`).join("; "));
    this.fields = fields;
  }
}
