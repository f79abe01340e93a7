import { HttpError } from "./http-error.ts";

/** The request could not be read: the parser's own status (400, 413, 415 …) and words of ours. */
export class UnreadableRequestError extends HttpError {
  readonly status: number;
  readonly title = "Unreadable request";

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
