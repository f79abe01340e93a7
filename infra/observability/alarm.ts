import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Something to be told about. */
export interface Alarm {
  /** What it watches, e.g. `database-primary-cpu`: part of the resource's name and of the alarm's. */
  readonly name: string;
  /** Why it matters, and what to look at: the first thing the person woken reads. */
  readonly reason: string;
  readonly watch: Metric | Share;
  readonly is: "above" | "below";
  readonly threshold: number;
  /** Minutes in a row. */
  readonly minutes: number;
  /** `notBreaching`: no data means that nothing happened. `missing`: it means nothing at all. */
  readonly withoutData: "notBreaching" | "missing";
}

/** One metric, a value a minute. */
export interface Metric {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** `p99`: the slowest hundredth. */
  readonly statistic: "Average" | "Maximum" | "Minimum" | "Sum" | "p99";
}

/** Percent of one metric in another. */
export interface Share {
  readonly part: Metric;
  readonly whole: Metric;
  /** In a minute with fewer of the whole the share says nothing, and counts as 0. */
  readonly atLeast: number;
}

interface AlarmOptions {
  /** Begins the names of all alarms, which are unique in account and region, e.g. `twinstack-staging`. */
  readonly namePrefix: string;
  readonly topicArn: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

const PERIOD_SECONDS = 60;

/** Told when it begins and when it is over. */
export function alarmArgs(alarm: Alarm, options: AlarmOptions): aws.cloudwatch.MetricAlarmArgs {
  return {
    name: `${options.namePrefix}-${alarm.name}`,
    alarmDescription: alarm.reason,
    comparisonOperator: alarm.is === "above" ? "GreaterThanThreshold" : "LessThanThreshold",
    threshold: alarm.threshold,
    evaluationPeriods: alarm.minutes,
    treatMissingData: alarm.withoutData,
    ...("part" in alarm.watch ? shareArgs(alarm.watch) : metricArgs(alarm.watch)),
    alarmActions: [options.topicArn],
    okActions: [options.topicArn],
    tags: options.tags,
  };
}

function metricArgs({ namespace, metric, dimensions, statistic }: Metric) {
  return {
    namespace,
    metricName: metric,
    dimensions,
    period: PERIOD_SECONDS,
    ...(statistic === "p99" ? { extendedStatistic: statistic } : { statistic }),
  };
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html */
function shareArgs({ part, whole, atLeast }: Share) {
  return {
    metricQueries: [
      {
        id: "share",
        expression: `IF(whole >= ${atLeast}, 100 * FILL(part, 0) / whole, 0)`,
        label: "percent",
        returnData: true,
      },
      query("part", part),
      query("whole", whole),
    ],
  };
}

function query(id: string, { namespace, metric, dimensions, statistic }: Metric) {
  return {
    id,
    returnData: false,
    metric: { namespace, metricName: metric, dimensions, period: PERIOD_SECONDS, stat: statistic },
  };
}
