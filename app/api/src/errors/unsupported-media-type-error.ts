import { HttpError } from "./http-error.ts";

/** 415: the body is not of the type that the route reads. */
export class UnsupportedMediaTypeError extends HttpError {
  readonly status = 415;
  readonly title = "Unsupported media type";

  constructor(sent: string | undefined) {
    super(`Content-Type is ${sent ?? "missing"}; send application/json.`);
  }
}
