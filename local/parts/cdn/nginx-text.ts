/** Pieces of nginx's configuration language. */

/** A quoted string in which nothing is a variable; throws on what no configuration line can hold. */
export function literal(value: string): string {
  if (value.includes("$")) return `"${escape(value).replaceAll("$", "${dollar}")}"`;
  return `"${escape(value)}"`;
}

/** A quoted string in which `$name` is a variable. */
export function template(value: string): string {
  return `"${escape(value)}"`;
}

function escape(value: string): string {
  const bad = Array.from(value).find(
    (character) => character < " " && character !== "\n" && character !== "\t",
  );
  if (bad !== undefined) throw new Error(`${JSON.stringify(value)} holds a control character`);
  return value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** Text that a regular expression of nginx takes for itself. */
export function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** `map` from a source to a variable; keys beginning with `~` are regular expressions. Both sides as nginx writes them. */
export function map(
  source: string,
  variable: string,
  entries: readonly (readonly [string, string])[],
): string {
  const lines = entries.map(([key, value]) => `    ${key} ${value};`);
  return [`map ${source} ${variable} {`, ...lines, "}"].join("\n");
}

/** Lines one level further in. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** `$http_x_forwarded_for`: a request's header. */
export function requestHeader(name: string): string {
  return `$http_${name.toLowerCase().replaceAll("-", "_")}`;
}

/** `$upstream_http_content_type`: a header of the origin's answer. */
export function originHeader(name: string): string {
  return `$upstream_http_${name.toLowerCase().replaceAll("-", "_")}`;
}
