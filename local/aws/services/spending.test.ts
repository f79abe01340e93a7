import { AwsError } from "../model.ts";
import { MemoryAccount } from "../testing.ts";
import { resourceModel } from "./index.ts";

const BUDGET = "aws:budgets/budget:Budget";
const MONITOR = "aws:costexplorer/anomalyMonitor:AnomalyMonitor";
const SUBSCRIPTION = "aws:costexplorer/anomalySubscription:AnomalySubscription";
const TOPIC = "arn:aws:sns:eu-central-1:000000000000:alerts";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

function failures(type: string, inputs: Readonly<Record<string, unknown>>) {
  return resourceModel(type)?.rules?.flatMap((rule) => rule.check(inputs));
}

const told = {
  notificationType: "ACTUAL",
  threshold: 80,
  thresholdType: "PERCENTAGE",
  comparisonOperator: "GREATER_THAN",
  subscriberSnsTopicArns: [TOPIC],
};
const limit = {
  name: "all",
  budgetType: "COST",
  timeUnit: "MONTHLY",
  limitAmount: "500",
  limitUnit: "USD",
  notifications: [told],
};

describe("budgets", () => {
  it("answers a budget as AWS does, one of a name, and tells a topic that is there", () => {
    expect(() => account.make(BUDGET, limit)).toThrow("Topic does not exist");
    account.make("aws:sns/topic:Topic", { name: "alerts" });
    const budget = account.make(BUDGET, limit);
    expect(budget.id).toBe("000000000000:all");
    expect(budget.outputs).toMatchObject({
      accountId: "000000000000",
      arn: "arn:aws:budgets::000000000000:budget/all",
      timePeriodStart: expect.stringMatching(/^\d{4}-\d\d-01_00:00$/) as string,
    });
    expect(() => account.make(BUDGET, limit)).toThrow(
      new AwsError("DuplicateRecordException", "Error creating budget: all - the budget already exists."),
    );
    expect(failures(BUDGET, limit)).toEqual([]);
  });

  const subscribersReason = "needs a subscriber, and takes at most one topic and ten addresses";
  const { subscriberSnsTopicArns, ...nobody } = told;
  const { limitAmount, ...boundless } = limit;
  it.each([
    [{ ...limit, notifications: [nobody] }, "notifications[0]", subscribersReason],
    [
      { ...limit, notifications: [{ ...told, subscriberSnsTopicArns: [...subscriberSnsTopicArns, "b"] }] },
      "notifications[0]",
      subscribersReason,
    ],
    [{ ...limit, notifications: [1, 2, 3, 4, 5, 6].map(() => told) }, "notifications", "must hold at most 5"],
    [
      { ...limit, limitAmount: `${limitAmount} USD` },
      "limitAmount",
      'must be a number in quotes, got "500 USD"',
    ],
    [boundless, "limitAmount", "is required: other limits are not modelled"],
    [
      { ...limit, timeUnit: "WEEKLY" },
      "timeUnit",
      'must be one of DAILY, MONTHLY, QUARTERLY, ANNUALLY, got "WEEKLY"',
    ],
  ])("refuses %j", (inputs, property, reason) => {
    expect(failures(BUDGET, inputs)).toEqual([{ property, reason }]);
  });
});

describe("cost anomalies", () => {
  const byService = { name: "all", monitorType: "DIMENSIONAL", monitorDimension: "SERVICE" };

  it("has one monitor by service in an account", () => {
    expect(account.make(MONITOR, byService).id).toMatch(
      /^arn:aws:ce::000000000000:anomalymonitor\/[0-9a-f-]{36}$/,
    );
    expect(() => account.make(MONITOR, byService)).toThrow("Limit exceeded on dimensional spend monitor");
  });

  it("wants monitor and topic to be there", () => {
    const subscribe = (monitor: string) => () =>
      account.make(SUBSCRIPTION, {
        name: "all",
        frequency: "IMMEDIATE",
        monitorArnLists: [monitor],
        subscribers: [{ type: "SNS", address: TOPIC }],
      });
    expect(subscribe("arn:gone")).toThrow("Can not find the specified anomaly monitor: arn:gone");
    const monitor = account.make(MONITOR, byService);
    expect(subscribe(monitor.id)).toThrow("Topic does not exist");
    account.make("aws:sns/topic:Topic", { name: "alerts" });
    expect(subscribe(monitor.id)().outputs).toMatchObject({ accountId: "000000000000" });
  });

  it("refuses mails at once, and a monitor of no dimension", () => {
    expect(
      failures(SUBSCRIPTION, {
        frequency: "IMMEDIATE",
        subscribers: [{ type: "EMAIL", address: "ops@example.com" }],
      }),
    ).toEqual([
      { property: "subscribers[0].type", reason: 'must be SNS with frequency IMMEDIATE, got "EMAIL"' },
    ]);
    expect(failures(MONITOR, { monitorType: "DIMENSIONAL" })).toEqual([
      { property: "monitorDimension", reason: 'is required with monitorType "DIMENSIONAL"' },
    ]);
  });
});
