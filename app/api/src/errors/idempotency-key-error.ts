import { HttpError } from "./http-error.ts";

/** 422: the idempotency key was used before, for something else. */
export class IdempotencyKeyError extends HttpError {
  readonly status = 422;
  readonly title = "Idempotency key used before";

  constructor() {
    super(
      "This Idempotency-Key was used for another request; a key belongs to one request and its repetitions.",
    );
  }
}
