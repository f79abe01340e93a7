import { HttpError } from "./http-error.ts";

/** 404: the addressed thing is not there. */
export class NotFoundError extends HttpError {
  readonly status = 404;
  readonly title = "Not found";
}
