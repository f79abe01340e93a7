/** What CloudWatch refuses in an alarm by itself. */
import type { Failure } from "../../../provider/provider.ts";
import type { Rule } from "../../model.ts";
import { eachMatches, unique } from "../nested-rules.ts";
import { between, longest, matches, oneOf } from "../rules.ts";

const DOC = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html";
const QUERY_DOC = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html";

type Inputs = Readonly<Record<string, unknown>>;

const STATISTICS = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"];
/** `p99`, `p99.9`, `tm90`, `tc90`, `ts90`, `wm90`, `IQM`. */
const EXTENDED = /^((p|tm|tc|ts|wm)\d{1,2}(\.\d{1,10})?|(p|tm|tc|ts|wm)100|IQM)$/;

function required(inputs: Inputs, keys: readonly string[], because: string): Failure[] {
  return keys
    .filter((key) => inputs[key] === undefined)
    .map((property) => ({ property, reason: `is required ${because}` }));
}

/** One metric, or an expression of several; one metric needs its name's space, its period and how it is put together. */
const watched: Rule = {
  source: DOC,
  check(inputs) {
    const always = required(
      inputs,
      ["comparisonOperator", "evaluationPeriods", "threshold"],
      "for an alarm on a threshold",
    );
    if (inputs["metricQueries"] !== undefined) return [...always, ...returned(inputs)];
    // That it is one of the two the facts table says.
    if (inputs["metricName"] === undefined) return always;
    const statistic =
      inputs["statistic"] === undefined && inputs["extendedStatistic"] === undefined
        ? [{ property: "statistic", reason: "is required with metricName, or extendedStatistic" }]
        : [];
    return [...always, ...required(inputs, ["namespace", "period"], "with metricName"), ...statistic];
  },
};

/** An alarm is on one series. */
function returned(inputs: Inputs): Failure[] {
  const queries = inputs["metricQueries"];
  if (!Array.isArray(queries)) return [];
  const count = (queries as readonly Inputs[]).filter((query) => query["returnData"] === true).length;
  return count === 1
    ? []
    : [{ property: "metricQueries", reason: `exactly one must have returnData true, got ${count}` }];
}

/** Either an expression or a metric. */
const queryKinds: Rule = {
  source: QUERY_DOC,
  check({ metricQueries }) {
    if (!Array.isArray(metricQueries)) return [];
    return (metricQueries as readonly Inputs[]).flatMap((query, index) => {
      if (typeof query !== "object") return [];
      const given = ["expression", "metric"].filter((key) => query[key] !== undefined);
      if (given.length === 1) return [];
      return [
        {
          property: `metricQueries[${index}]`,
          reason: `must hold exactly one of expression, metric, got ${given.length === 0 ? "none" : "both"}`,
        },
      ];
    });
  },
};

/** Seconds: 10, 20, 30, or whole minutes. */
const period: Rule = {
  source: DOC,
  check({ period: seconds }) {
    if (typeof seconds !== "number" || [10, 20, 30].includes(seconds)) return [];
    if (seconds > 0 && seconds % 60 === 0) return [];
    return [{ property: "period", reason: `must be 10, 20, 30 or a multiple of 60, got ${seconds}` }];
  },
};

/** A day, or a week when the period is an hour and longer. */
const reach: Rule = {
  source: DOC,
  check({ period: seconds, evaluationPeriods: periods, datapointsToAlarm: points }) {
    const failures: Failure[] = [];
    if (typeof periods === "number" && typeof points === "number" && points > periods) {
      failures.push({
        property: "datapointsToAlarm",
        reason: `must be at most evaluationPeriods, which is ${periods}, got ${points}`,
      });
    }
    if (typeof seconds !== "number" || typeof periods !== "number") return failures;
    const longestReach = seconds >= 3600 ? 604_800 : 86_400;
    if (seconds * periods > longestReach) {
      failures.push({
        property: "evaluationPeriods",
        reason: `with period ${seconds} must reach back at most ${longestReach} seconds, got ${seconds * periods}`,
      });
    }
    return failures;
  },
};

const fewActions: Rule = {
  source: DOC,
  check: (inputs) =>
    ["alarmActions", "okActions", "insufficientDataActions"].flatMap((property) => {
      const actions = inputs[property];
      if (!Array.isArray(actions) || actions.length <= 5) return [];
      return [{ property, reason: `must hold at most 5, got ${actions.length}` }];
    }),
};

export const alarmRules: readonly Rule[] = [
  longest("name", 255, DOC),
  longest("alarmDescription", 1024, DOC),
  matches("namespace", /^[^:]{1,255}$/, "1 to 255 characters without a colon", DOC),
  oneOf(
    "comparisonOperator",
    [
      "GreaterThanOrEqualToThreshold",
      "GreaterThanThreshold",
      "LessThanThreshold",
      "LessThanOrEqualToThreshold",
    ],
    DOC,
  ),
  oneOf("statistic", STATISTICS, DOC),
  matches("extendedStatistic", EXTENDED, "a percentile such as p99, or tm90, tc90, ts90, wm90, IQM", DOC),
  oneOf("treatMissingData", ["breaching", "notBreaching", "ignore", "missing"], DOC),
  oneOf("evaluateLowSampleCountPercentiles", ["evaluate", "ignore"], DOC),
  between("evaluationPeriods", 1, 604_800, DOC),
  between("datapointsToAlarm", 1, 604_800, DOC),
  watched,
  period,
  reach,
  fewActions,
  queryKinds,
  unique("metricQueries", "id", QUERY_DOC),
  eachMatches(
    "metricQueries.id",
    /^[a-z]\w{0,254}$/,
    "a lower-case letter, then letters, digits and _",
    QUERY_DOC,
  ),
];
