import { ProviderError, type FailureCode } from "../provider/provider.ts";
import type { Json } from "../region/protocol.ts";
import { listAt, numberAt, textAt } from "./json.ts";

/** One reason of a refused write: `field` as Kubernetes writes it, e.g. `spec.template.spec.containers[0].image`. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** What the API server answered instead of an object (a `metav1.Status`). */
export class ApiError extends Error {
  readonly status: number;
  /** e.g. `NotFound`, `AlreadyExists`, `Invalid`, `Conflict`. */
  readonly reason: string;
  readonly causes: readonly Cause[];

  constructor(status: number, body: Json) {
    super(textAt(body, "message") ?? `the API server answered with HTTP status ${String(status)}`);
    this.name = "ApiError";
    this.status = numberAt(body, "code") ?? status;
    this.reason = textAt(body, "reason") ?? "";
    this.causes = listAt(body, "details", "causes").map((cause) => ({
      reason: textAt(cause, "reason") ?? "",
      message: textAt(cause, "message") ?? "",
      field: (textAt(cause, "field") ?? "").replace(/^\./, ""),
    }));
  }
}

/** The API server could not be asked at all. */
export class Unreachable extends Error {
  constructor(server: string, cause: Error) {
    super(`the cluster's API server ${server} does not answer: ${cause.message}`, { cause });
    this.name = "Unreachable";
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

const CODES: ReadonlyMap<number, FailureCode> = new Map([
  [400, "INVALID_ARGUMENT"],
  [401, "PERMISSION_DENIED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [422, "INVALID_ARGUMENT"],
]);

/** A failed API call as the engine gets it, with what it was about. Other errors are passed on as they are. */
export function asProviderError(what: string, error: unknown): unknown {
  if (error instanceof Unreachable) {
    return new ProviderError("UNAVAILABLE", `${what}: ${error.message}`);
  }
  if (!(error instanceof ApiError)) {
    return error;
  }
  const code = CODES.get(error.status) ?? "FAILED_PRECONDITION";
  const conflicts = error.causes.filter((cause) => cause.reason === "FieldManagerConflict");
  if (conflicts.length > 0) {
    const fields = conflicts.map((conflict) => `${conflict.field} (${conflict.message})`).join(", ");
    return new ProviderError(
      code,
      `${what}: other field managers own what the program wants to change: ${fields}. ` +
        `Leave the field to them (take it out of the program, or ignoreChanges), or take it over with the ` +
        `annotation pulumi.com/patchForce: "true"`,
    );
  }
  return new ProviderError(code, `${what}: ${error.message}`);
}
