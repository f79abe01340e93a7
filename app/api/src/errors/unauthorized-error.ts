import { HttpError } from "./http-error.ts";

/** 401: the request says of nobody whom it is from. */
export class UnauthorizedError extends HttpError {
  readonly status = 401;
  readonly title = "Nobody here yet";
  override readonly headers = { "WWW-Authenticate": 'Cookie realm="twinstack"' };

  constructor() {
    super("This needs a participant; PUT /api/me with a name makes one.");
  }
}
