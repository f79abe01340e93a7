import { Children, value } from "../testing/children.ts";
import { Observability, type ObservabilityArgs } from "./observability.ts";

const ARN = "arn:aws:elasticloadbalancing:eu-central-1:111122223333";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm watch-";

async function make(change: Partial<ObservabilityArgs> = {}) {
  const children = new Children();
  const observability = new Observability(
    "watch",
    {
      namePrefix: "twinstack-test",
      region: "eu-central-1",
      topicArn: "arn:alerts",
      loadBalancer: {
        arn: `${ARN}:loadbalancer/app/edge/50dc6c49`,
        targetGroupArns: {
          blue: `${ARN}:targetgroup/blue/1a`,
          green: `${ARN}:targetgroup/green/2b`,
        },
      },
      database: { primary: "db", replicas: ["db-replica"], burstable: false },
      cache: { groupId: "cache", nodes: 2, burstable: false },
      queue: { groupId: "queue", nodes: 1, burstable: false },
      distributionId: "E1",
      thresholds: {
        database: {
          cpuPercent: 80,
          freeStorageGiB: 10,
          connections: 200,
          replicaLagSeconds: 10,
          cpuCredits: 50,
        },
        cache: { engineCpuPercent: 70, memoryPercent: 75, replicationLagSeconds: 5, cpuCredits: 20 },
        loadBalancer: { errorPercent: 1, p99Seconds: 0.5 },
      },
      tags: { team: "a" },
      ...change,
    },
    children.options,
  );
  const names = await value(observability.alarmNames);
  const made = await children.all();
  return { names, children: made, alarm: (name: string) => made[ALARM + name]?.inputs };
}

const ALARMS = [
  "cache-1-cpu",
  "cache-1-lag",
  "cache-1-memory",
  "cache-2-cpu",
  "cache-2-lag",
  "cache-2-memory",
  "database-primary-connections",
  "database-primary-cpu",
  "database-primary-storage",
  "database-replica-1-connections",
  "database-replica-1-cpu",
  "database-replica-1-lag",
  "database-replica-1-storage",
  "load-balancer-errors",
  "load-balancer-p99",
  "load-balancer-unanswered",
  "load-balancer-unhealthy-blue",
  "load-balancer-unhealthy-green",
  "queue-1-cpu",
  "queue-1-evictions",
  "queue-1-memory",
];

describe("Observability", () => {
  it("makes these children and no other", async () => {
    const { children, names } = await make();
    expect(Object.keys(children).sort()).toEqual(
      [
        ...ALARMS.map((name) => ALARM + name),
        "aws:cloudwatch/dashboard:Dashboard watch",
        "aws:rds/eventSubscription:EventSubscription watch-database",
        "twinstack:observability:Observability watch",
      ].sort(),
    );
    expect(names.toSorted()).toEqual(ALARMS.map((name) => `twinstack-test-${name}`));
  });

  it("watches credits where a class has them", async () => {
    const { names } = await make({
      database: { primary: "db", replicas: [], burstable: true },
      queue: { groupId: "queue", nodes: 1, burstable: true },
    });
    expect(names.filter((name) => name.endsWith("-credits"))).toEqual([
      "twinstack-test-database-primary-credits",
      "twinstack-test-queue-1-credits",
    ]);
  });

  it("tells the topic when it begins and when it is over, with the reason", async () => {
    const { alarm } = await make();
    expect(alarm("database-primary-cpu")).toEqual({
      name: "twinstack-test-database-primary-cpu",
      alarmDescription: "Queries queue for the processors: look for a slow query, or a larger class.",
      namespace: "AWS/RDS",
      metricName: "CPUUtilization",
      dimensions: { DBInstanceIdentifier: "db" },
      statistic: "Average",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 80,
      evaluationPeriods: 10,
      treatMissingData: "missing",
      alarmActions: ["arn:alerts"],
      okActions: ["arn:alerts"],
      tags: { team: "a" },
    });
  });

  it("counts storage in bytes, and tells when there is less", async () => {
    const { alarm } = await make();
    expect(alarm("database-replica-1-storage")).toMatchObject({
      dimensions: { DBInstanceIdentifier: "db-replica" },
      comparisonOperator: "LessThanThreshold",
      statistic: "Minimum",
      threshold: 10_737_418_240,
    });
  });

  it("watches the share of failed requests, and not a share of almost none", async () => {
    const { alarm } = await make();
    const metric = (metricName: string) => ({
      namespace: "AWS/ApplicationELB",
      metricName,
      dimensions: { LoadBalancer: "app/edge/50dc6c49" },
      period: 60,
      stat: "Sum",
    });
    expect(alarm("load-balancer-errors")).toMatchObject({
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: "notBreaching",
      metricQueries: [
        {
          id: "share",
          expression: "IF(whole >= 20, 100 * FILL(part, 0) / whole, 0)",
          returnData: true,
        },
        { id: "part", returnData: false, metric: metric("HTTPCode_Target_5XX_Count") },
        { id: "whole", returnData: false, metric: metric("RequestCount") },
      ],
    });
    expect(alarm("load-balancer-errors")).not.toHaveProperty("metricName");
  });

  it("watches each colour's targets, and the slowest hundredth", async () => {
    const { alarm } = await make();
    expect(alarm("load-balancer-unhealthy-green")).toMatchObject({
      metricName: "UnHealthyHostCount",
      dimensions: { LoadBalancer: "app/edge/50dc6c49", TargetGroup: "targetgroup/green/2b" },
      threshold: 0,
    });
    expect(alarm("load-balancer-p99")).toMatchObject({ extendedStatistic: "p99", threshold: 0.5 });
    expect(alarm("load-balancer-p99")).not.toHaveProperty("statistic");
  });

  it("watches every node of a group by the name ElastiCache gives it, and the queue for evictions", async () => {
    const { alarm } = await make();
    expect(alarm("cache-2-memory")).toMatchObject({
      dimensions: { CacheClusterId: "cache-002" },
      threshold: 75,
    });
    expect(alarm("queue-1-evictions")).toMatchObject({
      dimensions: { CacheClusterId: "queue-001" },
      metricName: "Evictions",
      threshold: 0,
      evaluationPeriods: 1,
    });
  });

  it("tells of what befalls the instances, and not of their backups", async () => {
    const { children } = await make();
    expect(children["aws:rds/eventSubscription:EventSubscription watch-database"]?.inputs).toEqual({
      snsTopic: "arn:alerts",
      sourceType: "db-instance",
      sourceIds: ["db", "db-replica"],
      eventCategories: [
        "availability",
        "failover",
        "failure",
        "low storage",
        "maintenance",
        "read replica",
        "recovery",
      ],
      tags: { team: "a" },
    });
  });

  it("draws everything on one dashboard, three widgets in a row, the CDN's from its own region", async () => {
    const { children } = await make();
    const { dashboardName, dashboardBody } = children["aws:cloudwatch/dashboard:Dashboard watch"]?.inputs as {
      dashboardName: string;
      dashboardBody: string;
    };
    expect(dashboardName).toBe("twinstack-test");
    const { widgets } = JSON.parse(dashboardBody) as {
      widgets: { x: number; y: number; properties: { region: string; metrics: unknown[][] } }[];
    };
    expect(widgets.map(({ x, y }) => [x, y])).toEqual(
      [0, 6, 12].flatMap((y) => [0, 8, 16].map((x) => [x, y])),
    );
    expect(widgets.map(({ properties }) => properties.region)).toEqual([
      "us-east-1",
      "us-east-1",
      ...Array.from({ length: 7 }, () => "eu-central-1"),
    ]);
    expect(widgets[0]?.properties.metrics).toEqual([
      ["AWS/CloudFront", "Requests", "DistributionId", "E1", "Region", "Global", { stat: "Sum" }],
    ]);
    expect(widgets[7]?.properties.metrics).toEqual([
      ["AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "db-replica", { stat: "Maximum" }],
    ]);
  });

  it("draws no widget that would be empty", async () => {
    const { children } = await make({ database: { primary: "db", replicas: [], burstable: false } });
    const body = children["aws:cloudwatch/dashboard:Dashboard watch"]?.inputs["dashboardBody"] as string;
    expect((JSON.parse(body) as { widgets: unknown[] }).widgets).toHaveLength(8);
    expect(body).not.toContain("ReplicaLag");
  });

  it("watches spending when given limits", async () => {
    const { children } = await make({ spending: { monthlyUsd: 500, anomalyUsd: 50 } });
    const told = { thresholdType: "PERCENTAGE", comparisonOperator: "GREATER_THAN" };
    expect(children["aws:budgets/budget:Budget watch-spending"]?.inputs).toEqual({
      name: "twinstack-test",
      budgetType: "COST",
      timeUnit: "MONTHLY",
      limitAmount: "500",
      limitUnit: "USD",
      notifications: [
        { ...told, notificationType: "ACTUAL", threshold: 80, subscriberSnsTopicArns: ["arn:alerts"] },
        { ...told, notificationType: "FORECASTED", threshold: 100, subscriberSnsTopicArns: ["arn:alerts"] },
      ],
      tags: { team: "a" },
    });
    expect(
      children["aws:costexplorer/anomalySubscription:AnomalySubscription watch-spending"]?.inputs,
    ).toMatchObject({
      frequency: "IMMEDIATE",
      monitorArnLists: ["arn:watch-spending"],
      subscribers: [{ type: "SNS", address: "arn:alerts" }],
      thresholdExpression: {
        dimension: {
          key: "ANOMALY_TOTAL_IMPACT_ABSOLUTE",
          matchOptions: ["GREATER_THAN_OR_EQUAL"],
          values: ["50"],
        },
      },
    });
    expect(children["aws:costexplorer/anomalyMonitor:AnomalyMonitor watch-spending"]?.inputs).toEqual({
      name: "twinstack-test",
      monitorType: "DIMENSIONAL",
      monitorDimension: "SERVICE",
      tags: { team: "a" },
    });
  });
});
