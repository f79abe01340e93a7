const SECRET_KEY = /passw|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i;
/** The user part of a URL: `postgres://user:password@host` is how connection errors leak passwords. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const REDACTED = "[redacted]";
const MAX_DEPTH = 6;

/**
 * A copy of a log field that is safe to print: values of keys that sound secret and credentials inside URLs are
 * replaced by `[redacted]`; errors become plain objects; nesting deeper than six levels is cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(URL_CREDENTIALS, `$1${REDACTED}@`);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[too deep]";
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return redact({ name, message, stack, ...(cause === undefined ? {} : { cause }) }, depth);
  }
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? REDACTED : redact(item, depth + 1),
    ]),
  );
}
