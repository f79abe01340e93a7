import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { COLOURS, type Colour } from "../infra/service/colour.ts";

/** Weight by colour, as the load balancer's rule has them now. */
export type Weights = Readonly<Record<Colour, number>>;

/** Asks AWS for the rule's weights; a colour the rule does not name has none. */
export async function readWeights(
  ruleArn: string,
  targetGroups: Readonly<Record<Colour, string>>,
): Promise<Weights> {
  const rule = await aws.lb.getListenerRule({ arn: ruleArn });
  const forwarded = (rule.actions ?? []).flatMap((action) =>
    (action.forwards ?? []).flatMap((forward) => forward.targetGroups ?? []),
  );
  const weight = (colour: Colour): number =>
    forwarded.find((target) => target.arn === targetGroups[colour])?.weight ?? 0;
  return { blue: weight("blue"), green: weight("green") };
}

/**
 * Refuses to change what serves. Two cases are let through: the colour's very first release (the rule is
 * made with blue at 100 before there is anything to serve), and the image that serves already, which is a repair.
 *
 * @param released the image of this stack's last successful update; undefined: there was none.
 * @throws RunError that names the colour to release to instead.
 */
export function refuseLiveColour(
  environment: string,
  colour: Colour,
  image: string,
  released: string | undefined,
  weights: Weights,
): void {
  if (weights[colour] === 0 || released === undefined || released === image) return;
  const idle = COLOURS.find((other) => weights[other] === 0);
  const instead =
    idle === undefined
      ? "both colours serve: finish or take back the rollout that is under way first"
      : `release to ${environment}-${idle}, which is idle, and move the weights (\`make rollout\` does both)`;
  throw new pulumi.RunError(
    `Stack ${environment}-${colour} serves ${weights[colour]} % of the requests with ${released}, and ` +
      `twinstack:image is ${image}: ${instead}. Nothing was changed.`,
  );
}
