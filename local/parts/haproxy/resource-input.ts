import type { StoredResource } from "../../region/protocol.ts";
import { flag, invalid, number, object, objects, requiredText, text } from "../input.ts";
import { readAction, readCondition } from "./rule-input.ts";
import type { HealthCheck, Listener, Rule, TargetGroup, Topology } from "./topology.ts";

/** What this balancer cannot do is refused, with what to write instead; nothing is silently accepted. */
export function readTargetGroup({ id, inputs }: StoredResource): TargetGroup {
  emulatedOnly(text(inputs, "targetType") === "ip", "targetType", "ip");
  emulatedOnly((text(inputs, "protocol") ?? "HTTP") === "HTTP", "protocol", "HTTP");
  emulatedOnly((text(inputs, "protocolVersion") ?? "HTTP1") === "HTTP1", "protocolVersion", "HTTP1");
  emulatedOnly((text(inputs, "ipAddressType") ?? "ipv4") === "ipv4", "ipAddressType", "ipv4");
  emulatedOnly(number(inputs, "slowStart", 0) === 0, "slowStart", "0");
  emulatedOnly(
    text(inputs, "loadBalancingCrossZoneEnabled") !== "false",
    "loadBalancingCrossZoneEnabled",
    "true",
  );
  emulatedOnly(
    flag(inputs, "loadBalancingAnomalyMitigation") !== true,
    "loadBalancingAnomalyMitigation",
    "off",
  );
  const stickiness = object(inputs, "stickiness");
  emulatedOnly(
    stickiness === undefined || flag(stickiness, "enabled") === false,
    "stickiness.enabled",
    "false",
  );
  emulatedOnly(
    object(inputs, "targetGroupHealth") === undefined,
    "targetGroupHealth",
    "nothing: the defaults hold",
  );
  const algorithm = text(inputs, "loadBalancingAlgorithmType") ?? "round_robin";
  if (
    algorithm !== "round_robin" &&
    algorithm !== "least_outstanding_requests" &&
    algorithm !== "weighted_random"
  ) {
    throw invalid(
      `loadBalancingAlgorithmType '${algorithm}' must be round_robin, least_outstanding_requests or weighted_random`,
    );
  }
  return {
    arn: id,
    port: number(inputs, "port", 80),
    algorithm,
    deregistrationDelay: number(inputs, "deregistrationDelay", 300),
    health: readHealthCheck(object(inputs, "healthCheck") ?? {}),
  };
}

/** Defaults: ELBv2 API reference, CreateTargetGroup, and the provider's own (thresholds of 3). */
function readHealthCheck(check: NonNullable<ReturnType<typeof object>>): HealthCheck {
  emulatedOnly(
    flag(check, "enabled") !== false,
    "healthCheck.enabled",
    "true: AWS demands it for targetType ip",
  );
  emulatedOnly((text(check, "protocol") ?? "HTTP") === "HTTP", "healthCheck.protocol", "HTTP");
  const path = text(check, "path") ?? "/";
  if (!/^\/[\x21-\x7e]*$/.test(path))
    throw invalid(`Health check path '${path}' must begin with a '/' character`);
  const matcher = text(check, "matcher") ?? "200";
  if (!/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher)) {
    throw invalid(`Health check matcher HTTP code '${matcher}' must be within '200-499'`);
  }
  const port = text(check, "port") ?? "traffic-port";
  if (port !== "traffic-port" && !/^\d{1,5}$/.test(port)) {
    throw invalid(`Health check port '${port}' must be a number or 'traffic-port'`);
  }
  return {
    path,
    port: port === "traffic-port" ? undefined : Number(port),
    interval: number(check, "interval", 30),
    timeout: number(check, "timeout", 5),
    healthyThreshold: number(check, "healthyThreshold", 3),
    unhealthyThreshold: number(check, "unhealthyThreshold", 3),
    matcher,
  };
}

/** `rules` are those of this listener, in any order. */
export function readListener({ id, inputs }: StoredResource, rules: readonly StoredResource[]): Listener {
  emulatedOnly((text(inputs, "protocol") ?? "HTTP") === "HTTP", "protocol", "HTTP: TLS ends at the CDN here");
  const modified = Object.keys(inputs).find((key) => key.startsWith("routingHttp"));
  if (modified !== undefined) throw invalid(`'${modified}' is not emulated: leave it out`);
  const fallback: Rule = { arn: id, conditions: [], action: readAction(objects(inputs, "defaultActions")) };
  const ordered = rules.map(readRule).sort((left, right) => left.priority - right.priority);
  return {
    arn: id,
    port: number(inputs, "port", 80),
    rules: [...ordered.map(({ rule }) => rule), fallback],
  };
}

/** `priority` comes from the outputs when AWS chose it. */
export function readRule({ id, inputs, outputs }: StoredResource): {
  readonly priority: number;
  readonly rule: Rule;
} {
  const conditions = objects(inputs, "conditions").map(readCondition);
  if (conditions.length === 0) throw invalid("A condition must be specified");
  if (objects(inputs, "transforms").length > 0)
    throw invalid("'transforms' are not emulated: leave them out");
  return {
    priority: number({ ...inputs, ...outputs }, "priority", 50_000),
    rule: { arn: id, conditions, action: readAction(objects(inputs, "actions")) },
  };
}

export function readLoadBalancer({
  inputs,
}: StoredResource): Omit<Topology, "listeners" | "targetGroups"> & { readonly subnetId: string } {
  const type = text(inputs, "loadBalancerType") ?? "application";
  emulatedOnly(type === "application", "loadBalancerType", "application");
  emulatedOnly((text(inputs, "ipAddressType") ?? "ipv4") === "ipv4", "ipAddressType", "ipv4");
  const mode = text(inputs, "xffHeaderProcessingMode") ?? "append";
  if (mode !== "append" && mode !== "preserve" && mode !== "remove") {
    throw invalid(`xffHeaderProcessingMode '${mode}' must be append, preserve or remove`);
  }
  return {
    idleTimeout: number(inputs, "idleTimeout", 60),
    forwardedFor: mode,
    dropInvalidHeaders: flag(inputs, "dropInvalidHeaderFields") === true,
    subnetId: firstSubnet(inputs),
  };
}

function firstSubnet(inputs: StoredResource["inputs"]): string {
  const subnets = inputs["subnets"];
  if (Array.isArray(subnets)) {
    const [first] = (subnets as readonly unknown[]).filter((subnet) => typeof subnet === "string");
    if (first !== undefined) return first;
  }
  const [mapping] = objects(inputs, "subnetMappings");
  if (mapping === undefined)
    throw invalid("At least two subnets in two different Availability Zones must be specified");
  return requiredText(mapping, "subnetId");
}

function emulatedOnly(holds: boolean, key: string, expected: string): void {
  if (!holds) throw invalid(`'${key}' is emulated only as ${expected}`);
}
