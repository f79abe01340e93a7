import type { Json, JsonObject } from "../../../region/protocol.ts";
import type { ResourceModel, Rule } from "../../model.ts";
import { AwsError } from "../../model.ts";
import { requireVpc } from "../ec2/references.ts";
import { object, text } from "../fields.ts";
import { generatedName } from "../names.ts";
import { between, matches, oneOf } from "../rules.ts";
import { hexId, TARGET_GROUP, usersOf } from "./references.ts";

const GROUP_DOC =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html";
const ATTRIBUTE_DOC =
  "https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html";

const complete: Rule = {
  source: GROUP_DOC,
  check: (inputs) =>
    ["port", "protocol", "vpcId"]
      .filter((property) => inputs[property] === undefined)
      .map((property) => ({
        property,
        reason: `should be set when target type is ${String(inputs["targetType"])}`,
      })),
};

const slowStart: Rule = {
  source: ATTRIBUTE_DOC,
  check(inputs) {
    const seconds = inputs["slowStart"];
    if (typeof seconds !== "number" || seconds === 0 || (seconds >= 30 && seconds <= 900)) return [];
    return [{ property: "slowStart", reason: `must be 0 or between 30 and 900, got ${seconds}` }];
  },
};

const timeout: Rule = {
  source: GROUP_DOC,
  check(inputs) {
    const check = inputs["healthCheck"];
    if (typeof check !== "object" || check === null) return [];
    const { interval = 30, timeout: seconds = 5 } = check as { interval?: unknown; timeout?: unknown };
    if (typeof interval !== "number" || typeof seconds !== "number" || seconds < interval) return [];
    const reason = `must be below healthCheck.interval (${interval}), got ${seconds}`;
    return [{ property: "healthCheck.timeout", reason }];
  },
};

/** Health check and stickiness with the service's own defaults for an HTTP group filled in. */
function filled(inputs: JsonObject): Record<string, Json> {
  const check = object(inputs, "healthCheck");
  const stickiness = object(inputs, "stickiness");
  return {
    healthCheck: {
      enabled: true,
      healthyThreshold: 3,
      interval: 30,
      matcher: "200",
      path: "/",
      port: "traffic-port",
      protocol: "HTTP",
      timeout: 5,
      unhealthyThreshold: 3,
      ...check,
    },
    stickiness: {
      cookieDuration: 86400,
      cookieName: "",
      // Given, it is meant: the provider's default inside the block is true.
      enabled: stickiness !== undefined,
      type: "lb_cookie",
      ...stickiness,
    },
  };
}

export const targetGroup: ResourceModel = {
  type: TARGET_GROUP,
  autoname: { property: "name", maxLength: 32 },
  defaults: { targetType: "instance" },
  computed: ["healthCheck", "stickiness", "healthCheck.matcher", "healthCheck.path", "healthCheck.timeout"],
  notModelled: [
    "connectionTermination",
    "lambdaMultiValueHeadersEnabled",
    "preserveClientIp",
    "proxyProtocolV2",
    "targetControlPort",
    "targetFailovers",
    "targetHealthStates",
  ],
  rules: [
    matches(
      "name",
      /^(?!-)[a-zA-Z0-9-]{1,32}(?<!-)$/,
      "at most 32 letters, digits and hyphens, no hyphen at an end",
      GROUP_DOC,
    ),
    oneOf("targetType", ["instance", "ip"], GROUP_DOC),
    oneOf("protocol", ["HTTP", "HTTPS"], GROUP_DOC),
    oneOf("protocolVersion", ["HTTP1"], GROUP_DOC),
    oneOf("ipAddressType", ["ipv4"], GROUP_DOC),
    oneOf(
      "loadBalancingAlgorithmType",
      ["round_robin", "least_outstanding_requests", "weighted_random"],
      ATTRIBUTE_DOC,
    ),
    between("port", 1, 65535, GROUP_DOC),
    between("deregistrationDelay", 0, 3600, ATTRIBUTE_DOC),
    between("healthCheck.interval", 5, 300, GROUP_DOC),
    between("healthCheck.timeout", 2, 120, GROUP_DOC),
    between("healthCheck.healthyThreshold", 2, 10, GROUP_DOC),
    between("healthCheck.unhealthyThreshold", 2, 10, GROUP_DOC),
    oneOf("healthCheck.protocol", ["HTTP", "HTTPS"], GROUP_DOC),
    matches("healthCheck.path", /^\/.{0,1023}$/, "a path that begins with /", GROUP_DOC),
    complete,
    slowStart,
    timeout,
  ],
  create(inputs, account) {
    const name = generatedName(inputs);
    if (account.all(TARGET_GROUP).some((other) => other.outputs["name"] === name)) {
      throw new AwsError(
        "DuplicateTargetGroupName",
        `A target group with the same name '${name}' exists, but with different settings`,
      );
    }
    requireVpc(account, text(inputs, "vpcId") ?? "");
    const suffix = `targetgroup/${name}/${hexId()}`;
    const arn = account.arn("elasticloadbalancing", suffix, text(inputs, "region"));
    return {
      id: arn,
      outputs: {
        ...filled(inputs),
        arn,
        arnSuffix: suffix,
        ipAddressType: "ipv4",
        loadBalancerArns: [],
        loadBalancingAlgorithmType: text(inputs, "loadBalancingAlgorithmType") ?? "round_robin",
        loadBalancingAnomalyMitigation: text(inputs, "loadBalancingAnomalyMitigation") ?? "off",
        loadBalancingCrossZoneEnabled:
          text(inputs, "loadBalancingCrossZoneEnabled") ?? "use_load_balancer_configuration",
        name,
        namePrefix: text(inputs, "namePrefix") ?? "",
        protocolVersion: "HTTP1",
      },
    };
  },
  update: (_current, inputs) => filled(inputs),
  canDelete(current, account) {
    if (usersOf(current.id, account).length === 0) return;
    throw new AwsError(
      "ResourceInUse",
      `Target group '${current.id}' is currently in use by a listener or a rule`,
    );
  },
};
