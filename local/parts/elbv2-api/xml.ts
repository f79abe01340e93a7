/** What an operation answers: lists become `<member>`s, undefined is left out. */
export type Shape =
  string | number | boolean | readonly Shape[] | { readonly [name: string]: Shape | undefined };

const NAMESPACE = "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/";

export function answerXml(operation: string, result: Shape, requestId: string): string {
  return (
    `<${operation}Response xmlns="${NAMESPACE}">` +
    element(`${operation}Result`, result) +
    `<ResponseMetadata>${element("RequestId", requestId)}</ResponseMetadata>` +
    `</${operation}Response>\n`
  );
}

/** `type`: whose fault it is, as AWS says it. */
export function errorXml(
  error: { readonly type: "Sender" | "Receiver"; readonly code: string; readonly message: string },
  requestId: string,
): string {
  return (
    `<ErrorResponse xmlns="${NAMESPACE}">` +
    element("Error", { Type: error.type, Code: error.code, Message: error.message }) +
    `${element("RequestId", requestId)}</ErrorResponse>\n`
  );
}

function element(name: string, value: Shape): string {
  return `<${name}>${content(value)}</${name}>`;
}

function content(value: Shape): string {
  if (isList(value)) return value.map((member) => element("member", member)).join("");
  if (typeof value !== "object") return escape(String(value));
  return Object.entries(value)
    .map(([name, child]) => (child === undefined ? "" : element(name, child)))
    .join("");
}

function isList(value: Shape): value is readonly Shape[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
