import type { FailureCode } from "../provider/provider.ts";
import { ProviderError } from "../provider/provider.ts";

const CODES: readonly (readonly [RegExp, FailureCode])[] = [
  [/NotFound|NoSuchEntity|Gone/, "NOT_FOUND"],
  [/Duplicate|AlreadyExists|EntityAlreadyExists|ResourceExists/, "ALREADY_EXISTS"],
  [/AccessDenied|OperationNotPermitted|Unauthorized/, "PERMISSION_DENIED"],
  [/^Invalid|Malformed|Validation|MissingParameter/, "INVALID_ARGUMENT"],
];

function awsCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** The region's refusal in the words of AWS, and what was being done: `creating aws:… "name": InvalidVpcID.NotFound: …`. */
export function providerError(error: unknown, doing: string): ProviderError {
  if (error instanceof ProviderError) return new ProviderError(error.code, `${doing}: ${error.message}`);
  const message = error instanceof Error ? error.message : String(error);
  const code = awsCode(error);
  if (code === undefined) return new ProviderError("UNAVAILABLE", `${doing}: ${message}`);
  const text = message.startsWith(`${code}:`) ? message : `${code}: ${message}`;
  const mapped = CODES.find(([pattern]) => pattern.test(code))?.[1] ?? "FAILED_PRECONDITION";
  return new ProviderError(mapped, `${doing}: ${text}`);
}
