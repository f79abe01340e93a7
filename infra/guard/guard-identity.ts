import * as pulumi from "@pulumi/pulumi";
import { createPodIdentity } from "../security/pod-identity.ts";
import { GUARD_ACCOUNT } from "./rights.ts";

export interface GuardIdentityArgs {
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes namespace of the releases. Replaces the association. */
  readonly namespace: string;
  /** ARN of the rule whose weights say which colour serves. */
  readonly ruleArn: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Who moves the load balancer's weights: a role that may change the traffic rule and nothing else, which EKS Pod Identity
 * gives to the pods of one service account. The platform makes role and association, by the account's constant name;
 * the account itself is of the cluster's stack. The association must be there before the pods are made.
 *
 * Cost: none.
 */
export class GuardIdentity extends pulumi.ComponentResource {
  /** Name of the service account, known once its pods get the role. */
  readonly serviceAccount: pulumi.Output<string>;

  constructor(name: string, args: GuardIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:guard:GuardIdentity", name, {}, opts);
    const association = createPodIdentity(
      name,
      {
        clusterName: args.clusterName,
        namespace: args.namespace,
        serviceAccount: GUARD_ACCOUNT,
        policy: pulumi.output(args.ruleArn).apply(guardPolicy),
        tags: args.tags,
      },
      this,
    );

    this.serviceAccount = association.serviceAccount;
    this.registerOutputs({ serviceAccount: this.serviceAccount });
  }
}

/**
 * What reads rules and targets knows no resource:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html. To change a rule is
 * allowed for the traffic rule alone: not for the preview rules, and not for another environment's.
 */
export function guardPolicy(ruleArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "ReadWeightsAndHealth",
        Effect: "Allow",
        Action: ["elasticloadbalancing:DescribeRules", "elasticloadbalancing:DescribeTargetHealth"],
        Resource: "*",
      },
      {
        Sid: "MoveWeights",
        Effect: "Allow",
        Action: "elasticloadbalancing:ModifyRule",
        Resource: ruleArn,
      },
    ],
  });
}
