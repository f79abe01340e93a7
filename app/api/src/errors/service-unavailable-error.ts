import { HttpError } from "./http-error.ts";

/** 503: something that this process needs does not answer just now. The cause is logged and told to nobody. */
export class ServiceUnavailableError extends HttpError {
  readonly status = 503;
  readonly title = "Service unavailable";
  override readonly headers: Readonly<Record<string, string>>;

  /** @param retrySeconds after which the caller may ask again. Default 1. */
  constructor(message: string, cause: unknown, retrySeconds = 1) {
    super(message, { cause });
    this.headers = { "Retry-After": `${retrySeconds}` };
  }
}
