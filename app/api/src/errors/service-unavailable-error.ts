import { HttpError } from "./http-error.ts";

/** 503: something that this process needs does not answer just now. The cause is logged and told to nobody. */
export class ServiceUnavailableError extends HttpError {
  readonly status = 503;
  readonly title = "Service unavailable";
  override readonly headers = { "Retry-After": "1" };

  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}
