import { types } from "node:util";

/** What an error says, or what was thrown in its place. */
export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message : String(error);
}
