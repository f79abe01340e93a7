import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { COLOURS, type Colour } from "../service/colour.ts";
import type { TargetGroups } from "./target-groups.ts";

/** A request whose header has a colour's secret value reaches that colour. */
export const PREVIEW_HEADER = "X-Twinstack-Preview";

/** Of the preview rules: blue 10, green 11. */
const FIRST_PRIORITY = 10;

/** Header value by colour, `<colour>-<secret>`. */
export type PreviewSecrets = Readonly<Record<Colour, pulumi.Output<string>>>;

export interface Preview {
  readonly secrets: PreviewSecrets;
  readonly ruleArns: Readonly<Record<Colour, pulumi.Output<string>>>;
}

/**
 * One rule a colour rather than one rule that is turned round: nothing has to be changed to reach the idle
 * colour, so whoever moves the weights needs to be allowed to modify no rule but that one, and a preview
 * cannot go to the wrong colour while a switch runs.
 */
export function createPreview(
  name: string,
  listenerArn: pulumi.Input<string>,
  targets: TargetGroups,
  tags: Readonly<Record<string, string>>,
  parent: pulumi.Resource,
): Preview {
  const password = new random.RandomPassword(`${name}-preview`, previewPasswordArgs(), { parent });
  const value = (colour: Colour): pulumi.Output<string> => pulumi.interpolate`${colour}-${password.result}`;
  const secrets = { blue: value("blue"), green: value("green") };
  const rule = (colour: Colour): pulumi.Output<string> =>
    new aws.lb.ListenerRule(
      `${name}-preview-${colour}`,
      previewRuleArgs(colour, listenerArn, targets[colour].arn, secrets[colour], tags),
      { parent },
    ).arn;
  return { secrets, ruleArns: { blue: rule("blue"), green: rule("green") } };
}

/** The balancer compares header values without regard to case, and takes `*` and `?` as wildcards. */
export function previewPasswordArgs(): random.RandomPasswordArgs {
  return { length: 40, special: false, upper: false };
}

export function previewRuleArgs(
  colour: Colour,
  listenerArn: pulumi.Input<string>,
  targetGroupArn: pulumi.Input<string>,
  value: pulumi.Input<string>,
  tags: Readonly<Record<string, string>>,
): aws.lb.ListenerRuleArgs {
  return {
    listenerArn,
    priority: FIRST_PRIORITY + COLOURS.indexOf(colour),
    conditions: [{ httpHeader: { httpHeaderName: PREVIEW_HEADER, values: [value] } }],
    actions: [{ type: "forward", targetGroupArn }],
    tags,
  };
}
