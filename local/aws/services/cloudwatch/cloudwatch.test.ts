import { AwsError } from "../../model.ts";
import { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";

const CPU = {
  name: "cpu",
  namespace: "AWS/RDS",
  metricName: "CPUUtilization",
  statistic: "Average",
  period: 60,
  evaluationPeriods: 5,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 80,
};

const SHARE = {
  name: "share",
  evaluationPeriods: 3,
  comparisonOperator: "GreaterThanThreshold",
  threshold: 1,
  metricQueries: [
    { id: "share", expression: "100 * a / b", returnData: true },
    ...["a", "b"].map((id) => ({
      id,
      returnData: false,
      metric: { metricName: id, namespace: "x", period: 60, stat: "Sum" },
    })),
  ],
};

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

function failures(inputs: Readonly<Record<string, unknown>>) {
  return resourceModel(ALARM)?.rules?.flatMap((rule) => rule.check(inputs));
}

describe("alarms", () => {
  it("answers an alarm as CloudWatch does, one of a name", () => {
    const alarm = account.make(ALARM, CPU);
    expect(alarm.id).toBe("cpu");
    expect(alarm.outputs).toMatchObject({
      arn: "arn:aws:cloudwatch:eu-central-1:000000000000:alarm:cpu",
      treatMissingData: "missing",
    });
    expect(() => account.make(ALARM, CPU)).toThrow("An alarm with the name cpu already exists");
  });

  it("tells a topic of its own region that is there", () => {
    const make = (arn: string) => () => account.make(ALARM, { ...CPU, alarmActions: [arn] });
    const topic = "arn:aws:sns:eu-central-1:000000000000:alerts";
    expect(make("arn:aws:sns:us-east-1:000000000000:alerts")).toThrow(
      new AwsError("ValidationError", "Invalid region us-east-1 specified. Only eu-central-1 is supported."),
    );
    expect(make("arn:aws:lambda:eu-central-1:000000000000:function:f")).toThrow("write a topic");
    expect(make(topic)).toThrow("Topic does not exist");
    account.make("aws:sns/topic:Topic", { name: "alerts" });
    const alarm = make(topic)();
    expect(() => account.update(alarm, { ...CPU, okActions: [`${topic}-gone`] })).toThrow(
      "Topic does not exist",
    );
  });

  it("takes one metric, or an expression of several", () => {
    expect(failures(CPU)).toEqual([]);
    expect(failures(SHARE)).toEqual([]);
  });

  const { threshold, statistic, period, ...rest } = CPU;
  const [share, a] = SHARE.metricQueries;
  it.each([
    ["no threshold", { ...rest, statistic, period }, "threshold", "is required for an alarm on a threshold"],
    [
      "no statistic",
      { ...rest, threshold, period },
      "statistic",
      "is required with metricName, or extendedStatistic",
    ],
    ["no period", { ...rest, threshold, statistic }, "period", "is required with metricName"],
    ["45 seconds", { ...CPU, period: 45 }, "period", "must be 10, 20, 30 or a multiple of 60, got 45"],
    [
      "more than a day",
      { ...CPU, evaluationPeriods: 1441 },
      "evaluationPeriods",
      "with period 60 must reach back at most 86400 seconds, got 86460",
    ],
    [
      "six of five",
      { ...CPU, datapointsToAlarm: 6 },
      "datapointsToAlarm",
      "must be at most evaluationPeriods, which is 5, got 6",
    ],
    [
      "an operator nobody knows",
      { ...CPU, comparisonOperator: ">" },
      "comparisonOperator",
      'must be one of GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold, got ">"',
    ],
    [
      "six topics",
      { ...CPU, alarmActions: ["1", "2", "3", "4", "5", "6"] },
      "alarmActions",
      "must hold at most 5, got 6",
    ],
    [
      "two series",
      { ...SHARE, metricQueries: [share, { ...a, returnData: true }] },
      "metricQueries",
      "exactly one must have returnData true, got 2",
    ],
    [
      "a query for nothing",
      { ...SHARE, metricQueries: [share, { id: "a" }] },
      "metricQueries[1]",
      "must hold exactly one of expression, metric, got none",
    ],
    ["one id twice", { ...SHARE, metricQueries: [share, a, a] }, "metricQueries[2].id", 'is used twice: "a"'],
    [
      "a capital id",
      { ...SHARE, metricQueries: [{ ...share, id: "Share" }, a] },
      "metricQueries[0].id",
      'must be a lower-case letter, then letters, digits and _, got "Share"',
    ],
  ])("refuses %s", (_what, inputs, property, reason) => {
    expect(failures(inputs)).toEqual([{ property, reason }]);
  });

  it.each(["p99", "p99.9", "tm90", "IQM", "p100"])("knows %s", (extendedStatistic) => {
    expect(failures({ ...rest, threshold, period, extendedStatistic })).toEqual([]);
  });

  it.each(["p101", "99", "average"])("refuses %s", (extendedStatistic) => {
    expect(failures({ ...rest, threshold, period, extendedStatistic })).toHaveLength(1);
  });
});

describe("dashboards", () => {
  const widget = {
    type: "metric",
    x: 0,
    y: 0,
    width: 8,
    height: 6,
    properties: { region: "eu-central-1", metrics: [["AWS/RDS", "CPUUtilization"]] },
  };
  const make = (body: object, dashboardName = "all") =>
    account.make(DASHBOARD, { dashboardName, dashboardBody: JSON.stringify(body) });

  it("answers a dashboard as CloudWatch does, in no region, one of a name", () => {
    expect(make({ widgets: [widget] }).outputs["dashboardArn"]).toBe(
      "arn:aws:cloudwatch::000000000000:dashboard/all",
    );
    expect(() => make({ widgets: [] })).toThrow("A dashboard with the name all already exists");
  });

  it.each([
    [{}, "/: should have required property 'widgets'"],
    [{ widgets: [{ ...widget, type: "pie" }] }, "/widgets/0/type: should be one of alarm, custom"],
    [{ widgets: [{ ...widget, x: 18 }] }, "/widgets/0: x and width together should be at most 24, got 26"],
    [
      { widgets: [{ ...widget, properties: { metrics: [] } }] },
      "/widgets/0/properties: should have required property 'region'",
    ],
    [
      { widgets: [{ ...widget, properties: { region: "eu-central-1" } }] },
      "/widgets/0/properties: should have metrics, or annotations",
    ],
  ])("refuses %j", (body, problem) => {
    expect(() => make(body)).toThrow(
      `The dashboard body is invalid, there are 1 validation errors: ${problem}`,
    );
  });

  it("refuses the same at an update", () => {
    const dashboard = make({ widgets: [widget] });
    expect(() => account.update(dashboard, { dashboardName: "all", dashboardBody: "{}" })).toThrow(
      "should have required property 'widgets'",
    );
  });
});
