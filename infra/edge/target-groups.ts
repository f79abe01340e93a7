import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../service/colour.ts";

/** When the load balancer believes a target; it asks `GET /health/ready`. */
export interface HealthCheck {
  /** Seconds between two checks of a target, 5–300. */
  readonly intervalSeconds: number;
  /** Seconds until a check counts as failed, 2–120, below the interval. */
  readonly timeoutSeconds: number;
  /** Passed checks until a target gets requests, 2–10. */
  readonly healthyThreshold: number;
  /** Failed checks until it gets none, 2–10. */
  readonly unhealthyThreshold: number;
}

export interface TargetGroupOptions {
  readonly vpcId: pulumi.Input<string>;
  readonly clusterName: string;
  readonly targetPort: number;
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: HealthCheck;
  readonly tags: Readonly<Record<string, string>>;
}

export type TargetGroups = Readonly<Record<Colour, aws.lb.TargetGroup>>;

/** One target group a colour; the release's TargetGroupBinding fills it with pod addresses. */
export function createTargetGroups(
  name: string,
  options: TargetGroupOptions,
  parent: pulumi.Resource,
): TargetGroups {
  const group = (colour: Colour): aws.lb.TargetGroup =>
    new aws.lb.TargetGroup(`${name}-${colour}`, targetGroupArgs(colour, options), { parent });
  return { blue: group("blue"), green: group("green") };
}

/** AmazonEKSLoadBalancingPolicy admits RegisterTargets only on target groups with the cluster's name as a tag. */
export function targetGroupArgs(colour: Colour, options: TargetGroupOptions): aws.lb.TargetGroupArgs {
  const { healthCheck } = options;
  return {
    vpcId: options.vpcId,
    targetType: "ip",
    protocol: "HTTP",
    port: options.targetPort,
    deregistrationDelay: options.deregistrationDelaySeconds,
    healthCheck: {
      protocol: "HTTP",
      path: "/health/ready",
      matcher: "200",
      interval: healthCheck.intervalSeconds,
      timeout: healthCheck.timeoutSeconds,
      healthyThreshold: healthCheck.healthyThreshold,
      unhealthyThreshold: healthCheck.unhealthyThreshold,
    },
    tags: { ...options.tags, "eks:eks-cluster-name": options.clusterName, "twinstack:colour": colour },
  };
}
