import { HttpError } from "./http-error.ts";

/** 405: the path is there, but not for this method. */
export class MethodNotAllowedError extends HttpError {
  readonly status = 405;
  readonly title = "Method not allowed";
  override readonly headers: Readonly<Record<string, string>>;

  constructor(method: string, allowed: readonly string[]) {
    super(`${method} is not allowed here; use ${allowed.join(" or ")}.`);
    this.headers = { Allow: allowed.join(", ") };
  }
}
