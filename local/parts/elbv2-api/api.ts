import { createHash } from "node:crypto";

import type { Account } from "../../aws/model.ts";
import { AwsError } from "../../aws/model.ts";
import type { Json, JsonObject, StoredResource, UpdateRequest } from "../../region/protocol.ts";
import { object, objects, requiredText, text } from "../input.ts";
import { LISTENER, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP } from "../haproxy/inventory.ts";
import { readAction, readCondition } from "../haproxy/rule-input.ts";
import { readTargetGroup } from "../haproxy/resource-input.ts";
import type { Targets } from "../haproxy/targets.ts";
import type { Parameters } from "./query.ts";
import { requiredTextOf, structuresOf, textOf, textsOf } from "./query.ts";
import { actionInputs, actionShape, conditionShape } from "./rule-shapes.ts";
import type { Shape } from "./xml.ts";

export interface Elbv2Context {
  readonly account: Account;
  readonly targets: Pick<Targets, "describeTargetHealth">;
  /** The region's own `aws/update`: it changes the record and the running balancer, so that a refresh sees what was set. */
  readonly update: (request: UpdateRequest) => Promise<StoredResource>;
}

/** What an operation is done to, for the caller's rights: most of ELBv2's know no resource. */
export function resourceOf(operation: string, parameters: Parameters): string {
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
  return operation === "ModifyRule" ? requiredTextOf(parameters, "RuleArn") : "*";
}

/** The operations our own code calls, on the region's record. */
export class Elbv2Api {
  readonly #context: Elbv2Context;

  constructor(context: Elbv2Context) {
    this.#context = context;
  }

  /** Throws InvalidAction for an operation that is not emulated, else what AWS throws. */
  async call(operation: string, parameters: Parameters): Promise<Shape> {
    switch (operation) {
      case "DescribeLoadBalancers":
        return { LoadBalancers: this.#loadBalancers(parameters) };
      case "DescribeTargetGroups":
        return { TargetGroups: this.#targetGroups(parameters) };
      case "DescribeTargetHealth":
        return { TargetHealthDescriptions: await this.#targetHealth(parameters) };
      case "DescribeRules":
        return { Rules: this.#rules(parameters) };
      case "ModifyRule": {
        if (parameters["Conditions"] !== undefined || parameters["Transforms"] !== undefined) {
          throw new AwsError("ValidationError", "ModifyRule is emulated for 'Actions' alone");
        }
        const rule = await this.modifyRule(requiredTextOf(parameters, "RuleArn"), actionInputs(parameters));
        return { Rules: [ruleShape(rule)] };
      }
      default:
        throw new AwsError("InvalidAction", `The action ${operation} is not valid for this web service.`);
    }
  }

  /** `actions` as the inputs of `aws:lb/listenerRule`. Throws RuleNotFound, TargetGroupNotFound, ValidationError. */
  async modifyRule(ruleArn: string, actions: readonly JsonObject[]): Promise<StoredResource> {
    const { account, update } = this.#context;
    const rule = account.get(LISTENER_RULE, ruleArn);
    if (rule === undefined) throw new AwsError("RuleNotFound", "One or more rules not found");
    const action = readAction(actions);
    for (const { arn } of action.kind === "forward" ? action.groups : []) {
      if (account.get(TARGET_GROUP, arn) === undefined) {
        throw new AwsError("TargetGroupNotFound", `Target groups '${arn}' not found`);
      }
    }
    const present = objects(rule.inputs, "actions");
    const merged = actions.map((next, index) => keepUnsaid(next, present[index]));
    return update({ type: LISTENER_RULE, id: ruleArn, inputs: { ...rule.inputs, actions: merged } });
  }

  #loadBalancers(parameters: Parameters): readonly Shape[] {
    return this.#selected(LOAD_BALANCER, parameters, "LoadBalancer").map(({ id, outputs }) => ({
      LoadBalancerArn: id,
      LoadBalancerName: requiredText(outputs, "name"),
      DNSName: requiredText(outputs, "dnsName"),
      Scheme: outputs["internal"] === true ? "internal" : "internet-facing",
      Type: "application",
      State: { Code: "active" },
      VpcId: text(outputs, "vpcId"),
      IpAddressType: "ipv4",
    }));
  }

  #targetGroups(parameters: Parameters): readonly Shape[] {
    const balancer = textOf(parameters, "LoadBalancerArn");
    return this.#selected(TARGET_GROUP, parameters, "TargetGroup")
      .map((resource) => ({ resource, users: this.#balancersOf(resource.id) }))
      .filter(({ users }) => balancer === undefined || users.includes(balancer))
      .map(({ resource, users }) => {
        const group = readTargetGroup(resource);
        return {
          TargetGroupArn: group.arn,
          TargetGroupName: requiredText(resource.outputs, "name"),
          Protocol: "HTTP",
          ProtocolVersion: "HTTP1",
          Port: group.port,
          VpcId: text(resource.inputs, "vpcId"),
          TargetType: "ip",
          IpAddressType: "ipv4",
          HealthCheckEnabled: true,
          HealthCheckProtocol: "HTTP",
          HealthCheckPort: group.health.port ?? "traffic-port",
          HealthCheckPath: group.health.path,
          HealthCheckIntervalSeconds: group.health.interval,
          HealthCheckTimeoutSeconds: group.health.timeout,
          HealthyThresholdCount: group.health.healthyThreshold,
          UnhealthyThresholdCount: group.health.unhealthyThreshold,
          Matcher: { HttpCode: group.health.matcher },
          LoadBalancerArns: users,
        };
      });
  }

  async #targetHealth(parameters: Parameters): Promise<readonly Shape[]> {
    const asked = structuresOf(parameters, "Targets").map((target) => {
      const port = textOf(target, "Port");
      return { id: requiredTextOf(target, "Id"), ...(port === undefined ? {} : { port: Number(port) }) };
    });
    const arn = requiredTextOf(parameters, "TargetGroupArn");
    return (await this.#context.targets.describeTargetHealth(arn, asked)).map(
      ({ target, healthCheckPort, health }) => ({
        Target: { Id: target.id, Port: target.port },
        HealthCheckPort: healthCheckPort,
        TargetHealth: { State: health.state, Reason: health.reason, Description: health.description },
      }),
    );
  }

  #rules(parameters: Parameters): readonly Shape[] {
    const { account } = this.#context;
    const arns = textsOf(parameters, "RuleArns");
    const listenerArn = textOf(parameters, "ListenerArn");
    if ((listenerArn === undefined) === (arns.length === 0)) {
      throw new AwsError("ValidationError", "You must specify either listener ARN or rule ARNs");
    }
    if (listenerArn === undefined) {
      return arns.map((arn) => {
        const rule = account.get(LISTENER_RULE, arn);
        if (rule === undefined) throw new AwsError("RuleNotFound", "One or more rules not found");
        return ruleShape(rule);
      });
    }
    const listener = account.get(LISTENER, listenerArn);
    if (listener === undefined) throw new AwsError("ListenerNotFound", "One or more listeners not found");
    const rules = account
      .all(LISTENER_RULE)
      .filter(({ inputs }) => inputs["listenerArn"] === listenerArn)
      .sort((left, right) => priority(left) - priority(right));
    return [...rules.map(ruleShape), defaultRuleShape(listener)];
  }

  /** By ARN or by name, or all; throws `<what>NotFound` when one that was asked for is not there. */
  #selected(type: string, parameters: Parameters, what: string): readonly StoredResource[] {
    const resources = this.#context.account.all(type);
    const arns = textsOf(parameters, `${what}Arns`);
    const names = textsOf(parameters, "Names");
    if (arns.length + names.length === 0) return resources;
    return [
      ...arns.map((arn) =>
        found(
          what,
          arn,
          resources.find(({ id }) => id === arn),
        ),
      ),
      ...names.map((name) =>
        found(
          what,
          name,
          resources.find(({ outputs }) => outputs["name"] === name),
        ),
      ),
    ];
  }

  #balancersOf(targetGroupArn: string): readonly string[] {
    const { account } = this.#context;
    const listeners = account.all(LISTENER);
    const forwarding = [
      ...listeners.filter(({ inputs }) => mentions(inputs["defaultActions"], targetGroupArn)),
      ...account
        .all(LISTENER_RULE)
        .filter(({ inputs }) => mentions(inputs["actions"], targetGroupArn))
        .flatMap(({ inputs }) => listeners.filter(({ id }) => id === inputs["listenerArn"])),
    ];
    return [...new Set(forwarding.map(({ inputs }) => requiredText(inputs, "loadBalancerArn")))];
  }
}

function found(what: string, asked: string, resource: StoredResource | undefined): StoredResource {
  if (resource !== undefined) return resource;
  throw new AwsError(`${what}NotFound`, `'${asked}' not found`);
}

function mentions(actions: Json | undefined, targetGroupArn: string): boolean {
  return actions !== undefined && JSON.stringify(actions).includes(JSON.stringify(targetGroupArn));
}

/** What ModifyRule does not speak of (order, stickiness block) stays as the program wrote it: a refresh shows weights alone. */
function keepUnsaid(next: JsonObject, present: JsonObject | undefined): JsonObject {
  if (present === undefined || present["type"] !== next["type"]) return next;
  const forward = object(next, "forward");
  const before = object(present, "forward");
  const order = present["order"];
  return {
    ...(order === undefined ? {} : { order }),
    ...next,
    ...(forward === undefined || before === undefined ? {} : { forward: { ...before, ...forward } }),
  };
}

function priority({ inputs, outputs }: StoredResource): number {
  return Number(text(outputs, "priority") ?? text(inputs, "priority"));
}

function ruleShape(rule: StoredResource): Shape {
  return {
    RuleArn: rule.id,
    Priority: String(priority(rule)),
    Conditions: objects(rule.inputs, "conditions").map((condition) =>
      conditionShape(readCondition(condition)),
    ),
    Actions: [actionShape(readAction(objects(rule.inputs, "actions")))],
    IsDefault: false,
  };
}

/** AWS makes a listener's default action a rule with an ARN of its own. */
function defaultRuleShape(listener: StoredResource): Shape {
  const id = createHash("sha256").update(listener.id).digest("hex").slice(0, 16);
  return {
    RuleArn: `${listener.id.replace(":listener/", ":listener-rule/")}/${id}`,
    Priority: "default",
    Conditions: [],
    Actions: [actionShape(readAction(objects(listener.inputs, "defaultActions")))],
    IsDefault: true,
  };
}
