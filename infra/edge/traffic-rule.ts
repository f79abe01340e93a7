import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../service/colour.ts";

/** Lower numbers are asked first: previews (10, 11) come before the traffic. */
export const TRAFFIC_PRIORITY = 100;

/** Every request, by weight; created with blue serving. No stickiness: a switch reaches everyone at once. */
export function trafficRuleArgs(
  listenerArn: pulumi.Input<string>,
  targetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>,
  tags: Readonly<Record<string, string>>,
): aws.lb.ListenerRuleArgs {
  return {
    listenerArn,
    priority: TRAFFIC_PRIORITY,
    conditions: [{ pathPattern: { values: ["/*"] } }],
    actions: [
      {
        type: "forward",
        forward: {
          targetGroups: [
            { arn: targetGroupArns.blue, weight: 100 },
            { arn: targetGroupArns.green, weight: 0 },
          ],
        },
      },
    ],
    tags,
  };
}
