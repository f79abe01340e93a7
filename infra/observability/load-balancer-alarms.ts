import * as pulumi from "@pulumi/pulumi";
import { COLOURS, type Colour } from "../service/colour.ts";
import type { Alarm, Metric } from "./alarm.ts";

export interface LoadBalancerThresholds {
  /** Percent of requests that the app answers with 5xx. */
  readonly errorPercent: number;
  /** Seconds in which all but the slowest hundredth of requests are answered. */
  readonly p99Seconds: number;
}

export interface WatchedLoadBalancer {
  readonly arn: pulumi.Input<string>;
  readonly targetGroupArns: Readonly<Record<Colour, pulumi.Input<string>>>;
}

/** Fewer requests a minute say nothing about a share of them. */
const ENOUGH_REQUESTS = 20;

/** Source of the metrics: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html */
export function loadBalancerAlarms(
  loadBalancer: WatchedLoadBalancer,
  thresholds: LoadBalancerThresholds,
): Alarm[] {
  const watch = (metric: string, statistic: Metric["statistic"]): Metric =>
    balancerMetric(loadBalancer.arn, metric, statistic);
  return [
    {
      name: "load-balancer-errors",
      reason: "The app fails requests: look at its log, and take the last release back if it began with it.",
      watch: {
        part: watch("HTTPCode_Target_5XX_Count", "Sum"),
        whole: watch("RequestCount", "Sum"),
        atLeast: ENOUGH_REQUESTS,
      },
      is: "above",
      threshold: thresholds.errorPercent,
      minutes: 3,
      withoutData: "notBreaching",
    },
    {
      name: "load-balancer-unanswered",
      reason:
        "Requests reach no pod, or one that hangs up: are there healthy targets in the colour that serves?",
      watch: watch("HTTPCode_ELB_5XX_Count", "Sum"),
      is: "above",
      threshold: 0,
      minutes: 3,
      withoutData: "notBreaching",
    },
    {
      name: "load-balancer-p99",
      reason: "One request in a hundred is slow: look at database and cache first.",
      watch: watch("TargetResponseTime", "p99"),
      is: "above",
      threshold: thresholds.p99Seconds,
      minutes: 5,
      withoutData: "notBreaching",
    },
    ...COLOURS.map((colour) => unhealthyAlarm(colour, loadBalancer)),
  ];
}

/** Of an idle colour there are no targets, and no data. */
function unhealthyAlarm(colour: Colour, { arn, targetGroupArns }: WatchedLoadBalancer): Alarm {
  return {
    name: `load-balancer-unhealthy-${colour}`,
    reason: `Pods of ${colour} fail their health check for longer than a start takes: look at their log.`,
    watch: {
      namespace: "AWS/ApplicationELB",
      metric: "UnHealthyHostCount",
      dimensions: {
        LoadBalancer: afterColon(arn, "loadbalancer/"),
        TargetGroup: pulumi
          .output(targetGroupArns[colour])
          .apply((group) => group.split(":").at(-1) ?? group),
      },
      statistic: "Maximum",
    },
    is: "above",
    threshold: 0,
    minutes: 5,
    withoutData: "notBreaching",
  };
}

export function balancerMetric(
  arn: pulumi.Input<string>,
  metric: string,
  statistic: Metric["statistic"],
): Metric {
  return {
    namespace: "AWS/ApplicationELB",
    metric,
    dimensions: { LoadBalancer: afterColon(arn, "loadbalancer/") },
    statistic,
  };
}

/** `arn:…:loadbalancer/app/edge/50dc6c49` is `app/edge/50dc6c49` in metrics. */
function afterColon(arn: pulumi.Input<string>, prefix: string): pulumi.Output<string> {
  return pulumi.output(arn).apply((whole) => whole.split(`:${prefix}`).at(-1) ?? whole);
}
