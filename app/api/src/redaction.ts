const SECRET_KEY = /passw|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key/i;
/** The user part of a URL: `postgres://user:password@host` is how connection errors leak passwords. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;
const REDACTED = "[redacted]";
const MAX_DEPTH = 8;

/**
 * A copy of a log field that is safe to print: values of keys that sound secret and credentials inside URLs are
 * replaced by `[redacted]`; errors become plain objects with their codes, causes and the errors inside them; nesting deeper than
 * eight levels is cut.
 */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(URL_CREDENTIALS, `$1${REDACTED}@`);
  if (typeof value !== "object" || value === null) return value;
  if (depth >= MAX_DEPTH) return "[too deep]";
  if (Error.isError(value)) return redact(fieldsOf(value), depth);
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      SECRET_KEY.test(key) ? REDACTED : redact(item, depth + 1),
    ]),
  );
}

/**
 * What an error may say of itself besides its message: codes, and the names of what they are about. Nothing else is taken along: a
 * command's arguments, a request, or a row's values (PostgreSQL's `detail`, `where`, `internalQuery`) may hold anything.
 */
const NAMED = [
  ...["code", "errno", "syscall", "hostname", "address", "port", "status"],
  ...["severity", "schema", "table", "column", "constraint", "dataType", "routine"],
] as const;
/** More than that many errors inside one are counted, not shown. */
const MAX_INSIDE = 10;
/** PostgreSQL's class 22 quotes the value that it could not take. */
const QUOTED_VALUE = /: ".*"/gs;

function fieldsOf(error: Error): Readonly<Record<string, unknown>> {
  const all = error as unknown as Readonly<Record<string, unknown>>;
  const named = NAMED.flatMap((name) => {
    const value = all[name];
    return typeof value === "string" || typeof value === "number" ? [[name, value] as const] : [];
  });
  const quotes = "severity" in error && String(all["code"]).startsWith("22");
  const clean = (text: string | undefined) =>
    quotes ? text?.replace(QUOTED_VALUE, `: "${REDACTED}"`) : text;
  const inside: readonly unknown[] = Array.isArray(all["errors"]) ? all["errors"] : [];
  return {
    name: error.name,
    message: clean(error.message),
    stack: clean(error.stack),
    ...Object.fromEntries(named),
    ...(error.cause === undefined ? {} : { cause: error.cause }),
    ...(inside.length === 0 ? {} : { errors: inside.slice(0, MAX_INSIDE) }),
    ...(inside.length > MAX_INSIDE ? { moreErrors: inside.length - MAX_INSIDE } : {}),
  };
}
