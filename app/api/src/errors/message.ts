/**
 * What an error says, or what was thrown in its place. An error without words, as Node's for a host with several addresses,
 * says what the errors inside it say, or else its code.
 */
export function messageOf(error: unknown): string {
  if (Error.isError(error) && error.message === "") {
    const inside =
      "errors" in error && Array.isArray(error.errors) ? error.errors.map(messageOf).join("; ") : "";
    if (inside !== "") return inside;
    return "code" in error ? String(error.code) : error.name;
  }
  return typeof error === "object" && error !== null && "message" in error
    ? String(error.message)
    : String(error);
}
