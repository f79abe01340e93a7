import type { JsonObject } from "../../region/protocol.ts";
import { flag, invalid, number, object, objects, requiredText, text, texts } from "../input.ts";
import type { Action, Condition, Pattern, WeightedGroup } from "./topology.ts";
import { MAX_WEIGHT } from "./weights.ts";

const HEADER_NAME = /^[A-Za-z0-9_.-]{1,40}$/;
const CONTENT_TYPES = ["text/plain", "text/css", "text/html", "application/javascript", "application/json"];

/** The one action of a rule or listener. Throws ValidationError for what AWS refuses or is not emulated. */
export function readAction(actions: readonly JsonObject[]): Action {
  const [action, second] = actions;
  if (action === undefined) throw invalid("An action must be specified");
  if (second !== undefined) {
    throw invalid("one action is supported: authentication before forwarding is not emulated");
  }
  const type = requiredText(action, "type");
  switch (type) {
    case "forward":
      return { kind: "forward", groups: readGroups(action) };
    case "fixed-response":
      return readFixedResponse(object(action, "fixedResponse") ?? {});
    case "redirect":
      return readRedirect(object(action, "redirect") ?? {});
    default:
      throw invalid(`action type '${type}' is not emulated: write forward, fixed-response or redirect`);
  }
}

function readGroups(action: JsonObject): readonly WeightedGroup[] {
  const single = text(action, "targetGroupArn");
  const forward = object(action, "forward");
  if (forward === undefined) {
    if (single === undefined) throw invalid("a forward action needs 'targetGroupArn' or 'forward'");
    return [{ arn: single, weight: 1 }];
  }
  const stickiness = object(forward, "stickiness");
  if (stickiness !== undefined && flag(stickiness, "enabled") === true) {
    throw invalid("target group stickiness is not emulated: leave 'forward.stickiness' out");
  }
  const groups = objects(forward, "targetGroups").map((group) => ({
    arn: requiredText(group, "arn"),
    weight: number(group, "weight", 1),
  }));
  // ELBv2 API reference, ForwardActionConfig and quotas: one to five target groups an action.
  if (groups.length < 1 || groups.length > 5) throw invalid("a forward action takes 1 to 5 target groups");
  if (new Set(groups.map(({ arn }) => arn)).size < groups.length) {
    throw invalid("Target group ARNs in a forward action must be unique");
  }
  for (const { arn, weight } of groups) {
    if (!Number.isInteger(weight) || weight < 0 || weight > MAX_WEIGHT) {
      throw invalid(`Weight ${weight} of '${arn}' must be a whole number from 0 to ${MAX_WEIGHT}`);
    }
  }
  return groups;
}

function readFixedResponse(response: JsonObject): Action {
  const code = text(response, "statusCode") ?? "200";
  if (!/^[245]\d\d$/.test(code)) throw invalid(`Status code '${code}' must be 2XX, 4XX or 5XX`);
  const contentType = text(response, "contentType");
  if (contentType !== undefined && !CONTENT_TYPES.includes(contentType)) {
    throw invalid(`Content type '${contentType}' must be one of ${CONTENT_TYPES.join(", ")}`);
  }
  const body = text(response, "messageBody") ?? "";
  if (body.length > 1024) throw invalid("The message body must be at most 1024 characters");
  return { kind: "fixed-response", status: Number(code), contentType, body };
}

function readRedirect(redirect: JsonObject): Action {
  const code = requiredText(redirect, "statusCode");
  if (code !== "HTTP_301" && code !== "HTTP_302") {
    throw invalid(`Redirect status code '${code}' must be HTTP_301 or HTTP_302`);
  }
  const fields = {
    protocol: text(redirect, "protocol") ?? "#{protocol}",
    host: text(redirect, "host") ?? "#{host}",
    port: text(redirect, "port") ?? "#{port}",
    path: text(redirect, "path") ?? "/#{path}",
    query: text(redirect, "query") ?? "#{query}",
  };
  for (const value of Object.values(fields)) refuseControl(value);
  return { kind: "redirect", status: Number(code.slice(5)), ...fields };
}

/** Throws ValidationError for a condition without values or of an unknown kind. */
export function readCondition(condition: JsonObject): Condition {
  const header = object(condition, "httpHeader");
  const host = object(condition, "hostHeader");
  const path = object(condition, "pathPattern");
  const method = object(condition, "httpRequestMethod");
  const source = object(condition, "sourceIp");
  const query = objects(condition, "queryStrings");
  if (header !== undefined) {
    const name = requiredText(header, "httpHeaderName");
    if (!HEADER_NAME.test(name)) throw invalid(`HTTP header name '${name}' is not valid`);
    return { kind: "header", name, values: readPatterns(header, "httpHeader") };
  }
  if (host !== undefined) return { kind: "host", values: readPatterns(host, "hostHeader") };
  if (path !== undefined) return { kind: "path", values: readPatterns(path, "pathPattern") };
  if (method !== undefined)
    return { kind: "method", values: plain(method, /^[A-Z_-]{1,40}$/, "request method") };
  if (source !== undefined)
    return { kind: "source", values: plain(source, /^[0-9.]+\/\d{1,2}$/, "IPv4 CIDR") };
  if (query.length > 0) {
    return {
      kind: "query",
      values: query.map((pair) => ({
        key: text(pair, "key"),
        value: refuseControl(requiredText(pair, "value")),
      })),
    };
  }
  throw invalid(
    "a condition needs httpHeader, hostHeader, pathPattern, httpRequestMethod, sourceIp or queryStrings",
  );
}

function readPatterns(block: JsonObject, name: string): readonly Pattern[] {
  const patterns: Pattern[] = [
    ...texts(block, "values").map((value): Pattern => ({ kind: "wildcard", text: refuseControl(value) })),
    ...texts(block, "regexValues").map((value): Pattern => ({ kind: "regex", text: refuseControl(value) })),
  ];
  if (patterns.length === 0) throw invalid(`'${name}' needs at least one value`);
  return patterns;
}

function plain(block: JsonObject, allowed: RegExp, what: string): readonly string[] {
  const values = texts(block, "values");
  if (values.length === 0) throw invalid(`a ${what} condition needs at least one value`);
  for (const value of values) if (!allowed.test(value)) throw invalid(`'${value}' is not a valid ${what}`);
  return values;
}

function refuseControl(value: string): string {
  if (/\p{Cc}/u.test(value)) throw invalid("control characters are not allowed in a rule");
  return value;
}
