import type { Condition, Pattern } from "./topology.ts";

/**
 * Conditions as HAProxy ACLs, in AWS's meaning (ELBv2 user guide, "Condition types for listener rules"): host names,
 * header values and query strings match in any case, paths and methods exactly; `*` is any run of characters, `?`
 * any one. Every character that is not plain is written as its code, so no value can leave its quotes.
 */
export function conditionAcls(condition: Condition): string {
  switch (condition.kind) {
    case "header":
      return acl(`req.fhdr(${condition.name}) -i -m reg`, condition.values.map(expression));
    case "host":
      return acl("req.hdr(host),host_only -i -m reg", condition.values.map(expression));
    case "path":
      return acl("path -m reg", condition.values.map(expression));
    case "method":
      return acl("method -m str", condition.values);
    case "source":
      return acl("src -m ip", condition.values);
    case "query":
      return acl("query -i -m reg", condition.values.map(queryExpression));
  }
}

function acl(match: string, values: readonly string[]): string {
  return `{ ${match} ${values.map((value) => `'${value}'`).join(" ")} }`;
}

function expression(pattern: Pattern): string {
  return pattern.kind === "regex"
    ? pattern.text.replaceAll("'", "\\x27")
    : `^${wildcard(pattern.text, ".")}$`;
}

/** A pair anywhere in the query; without a key the value alone counts. A wildcard does not cross `&`. */
function queryExpression(pair: { readonly key: string | undefined; readonly value: string }): string {
  const key = pair.key === undefined ? "(?:[^&=]*=)?" : `${wildcard(pair.key, "[^&]")}=`;
  return `(?:^|&)${key}${wildcard(pair.value, "[^&]")}(?:&|$)`;
}

/** `\*` and `\?` stand for the characters themselves. */
function wildcard(text: string, any: string): string {
  const pieces: string[] = [];
  for (const [piece] of text.matchAll(/\\[*?]|[^]/gu)) {
    if (piece === "*") pieces.push(`${any}*`);
    else if (piece === "?") pieces.push(any);
    else pieces.push(literal(piece.length === 2 && piece.startsWith("\\") ? piece.slice(1) : piece));
  }
  return pieces.join("");
}

function literal(text: string): string {
  if (/^[A-Za-z0-9_/-]$/.test(text)) return text;
  return [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");
}
