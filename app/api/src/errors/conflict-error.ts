import { HttpError } from "./http-error.ts";

/** 409: the request does not fit what the addressed thing has become. */
export class ConflictError extends HttpError {
  readonly status = 409;
  readonly title = "Conflict";
}
