import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Colour } from "../infra/service/colour.ts";

/** Percent of requests by colour. */
export type Weights = Readonly<Record<Colour, number>>;

/** Of the platform's outputs, what the weights need. */
export interface TrafficRule {
  readonly ruleArn: string;
  readonly targetGroups: Readonly<Record<Colour, string>>;
}

/** The health of one target, as the load balancer sees it. */
export interface Target {
  /** Address of the pod. */
  readonly address: string;
  /** `healthy`, `initial`, `unhealthy`, `draining`, … */
  readonly state: string;
  /** AWS's code, e.g. `Target.Timeout`. */
  readonly reason: string | undefined;
}

/** The load balancer: the one truth about what serves. */
export interface Traffic {
  weights(): Promise<Weights>;
  /** Sets them, reads them back, and throws when what is read is not what was written. */
  setWeights(weights: Weights): Promise<void>;
  targets(colour: Colour): Promise<readonly Target[]>;
}

/** Traffic by ELBv2's own API. */
export class Elbv2Traffic implements Traffic {
  readonly #client: ElasticLoadBalancingV2Client;
  readonly #rule: TrafficRule;

  constructor(client: ElasticLoadBalancingV2Client, rule: TrafficRule) {
    this.#client = client;
    this.#rule = rule;
  }

  async weights(): Promise<Weights> {
    const { Rules = [] } = await this.#client.send(
      new DescribeRulesCommand({ RuleArns: [this.#rule.ruleArn] }),
    );
    const groups =
      Rules[0]?.Actions?.find(({ Type }) => Type === "forward")?.ForwardConfig?.TargetGroups ?? [];
    const weight = (colour: Colour): number =>
      groups.find(({ TargetGroupArn }) => TargetGroupArn === this.#rule.targetGroups[colour])?.Weight ?? 0;
    return { blue: weight("blue"), green: weight("green") };
  }

  async setWeights(weights: Weights): Promise<void> {
    const { ruleArn, targetGroups } = this.#rule;
    await this.#client.send(
      new ModifyRuleCommand({
        RuleArn: ruleArn,
        Actions: [
          {
            Type: "forward",
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: targetGroups.blue, Weight: weights.blue },
                { TargetGroupArn: targetGroups.green, Weight: weights.green },
              ],
            },
          },
        ],
      }),
    );
    const read = await this.weights();
    if (read.blue === weights.blue && read.green === weights.green) return;
    throw new Error(
      `the rule's weights are blue ${read.blue} green ${read.green} after blue ${weights.blue} green ${weights.green} was written`,
    );
  }

  async targets(colour: Colour): Promise<readonly Target[]> {
    const { TargetHealthDescriptions = [] } = await this.#client.send(
      new DescribeTargetHealthCommand({ TargetGroupArn: this.#rule.targetGroups[colour] }),
    );
    return TargetHealthDescriptions.map(({ Target: target, TargetHealth: health }) => ({
      address: target?.Id ?? "",
      state: health?.State ?? "unavailable",
      reason: health?.Reason,
    }));
  }
}
