import type { Json, JsonObject } from "../../region/protocol.ts";
import { AwsError } from "../../aws/model.ts";
import type { Action, Condition, Pattern } from "../haproxy/topology.ts";
import type { Parameters } from "./query.ts";
import { requiredTextOf, structureOf, structuresOf, textOf } from "./query.ts";
import type { Shape } from "./xml.ts";

/** ELBv2 API reference, Action. */
export function actionShape(action: Action): Shape {
  switch (action.kind) {
    case "forward":
      return {
        Type: "forward",
        Order: 1,
        TargetGroupArn: action.groups.length === 1 ? action.groups[0]?.arn : undefined,
        ForwardConfig: {
          TargetGroups: action.groups.map(({ arn, weight }) => ({ TargetGroupArn: arn, Weight: weight })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      };
    case "fixed-response":
      return {
        Type: "fixed-response",
        Order: 1,
        FixedResponseConfig: {
          StatusCode: action.status,
          ContentType: action.contentType,
          MessageBody: action.body === "" ? undefined : action.body,
        },
      };
    case "redirect":
      return {
        Type: "redirect",
        Order: 1,
        RedirectConfig: {
          Protocol: action.protocol,
          Host: action.host,
          Port: action.port,
          Path: action.path,
          Query: action.query,
          StatusCode: `HTTP_${action.status}`,
        },
      };
  }
}

/** ELBv2 API reference, RuleCondition. */
export function conditionShape(condition: Condition): Shape {
  switch (condition.kind) {
    case "header":
      return {
        Field: "http-header",
        HttpHeaderConfig: { HttpHeaderName: condition.name, ...patternShapes(condition.values) },
      };
    case "host":
      return { Field: "host-header", HostHeaderConfig: patternShapes(condition.values) };
    case "path":
      return { Field: "path-pattern", PathPatternConfig: patternShapes(condition.values) };
    case "method":
      return { Field: "http-request-method", HttpRequestMethodConfig: { Values: condition.values } };
    case "source":
      return { Field: "source-ip", SourceIpConfig: { Values: condition.values } };
    case "query":
      return {
        Field: "query-string",
        QueryStringConfig: { Values: condition.values.map(({ key, value }) => ({ Key: key, Value: value })) },
      };
  }
}

function patternShapes(patterns: readonly Pattern[]): Readonly<Record<string, Shape | undefined>> {
  const texts = (kind: Pattern["kind"]): readonly string[] | undefined => {
    const found = patterns.filter((pattern) => pattern.kind === kind).map(({ text }) => text);
    return found.length === 0 ? undefined : found;
  };
  return { Values: texts("wildcard"), RegexValues: texts("regex") };
}

/** ModifyRule's `Actions` as the inputs of `aws:lb/listenerRule`. */
export function actionInputs(parameters: Parameters): readonly JsonObject[] {
  return structuresOf(parameters, "Actions").map((action): JsonObject => {
    const type = requiredTextOf(action, "Type");
    switch (type) {
      case "forward":
        return { type, ...forwardInputs(action) };
      case "fixed-response":
        return {
          type,
          fixedResponse: renamed(structureOf(action, "FixedResponseConfig") ?? {}, FIXED_RESPONSE),
        };
      case "redirect":
        return { type, redirect: renamed(structureOf(action, "RedirectConfig") ?? {}, REDIRECT) };
      default:
        throw new AwsError(
          "ValidationError",
          `action type '${type}' is not emulated: forward, fixed-response or redirect`,
        );
    }
  });
}

const FIXED_RESPONSE = { StatusCode: "statusCode", ContentType: "contentType", MessageBody: "messageBody" };
const REDIRECT = {
  Protocol: "protocol",
  Host: "host",
  Port: "port",
  Path: "path",
  Query: "query",
  StatusCode: "statusCode",
};

function forwardInputs(action: Parameters): JsonObject {
  const config = structureOf(action, "ForwardConfig");
  if (config === undefined) return { targetGroupArn: requiredTextOf(action, "TargetGroupArn") };
  const stickiness = structureOf(config, "TargetGroupStickinessConfig");
  const targetGroups: readonly Json[] = structuresOf(config, "TargetGroups").map((group) => ({
    arn: requiredTextOf(group, "TargetGroupArn"),
    weight: weight(textOf(group, "Weight") ?? "1"),
  }));
  return {
    forward: {
      targetGroups,
      ...(stickiness === undefined
        ? {}
        : { stickiness: { enabled: textOf(stickiness, "Enabled") === "true" } }),
    },
  };
}

/** What is no number stays text, and is refused by name when the action is read. */
function weight(text: string): Json {
  return /^\d+$/.test(text) ? Number(text) : text;
}

function renamed(parameters: Parameters, names: Readonly<Record<string, string>>): JsonObject {
  return Object.fromEntries(
    Object.entries(names).flatMap(([from, to]) => {
      const value = textOf(parameters, from);
      return value === undefined ? [] : [[to, value] as const];
    }),
  );
}
