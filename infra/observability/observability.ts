import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmArgs } from "./alarm.ts";
import { cacheAlarms, type CacheThresholds } from "./cache-alarms.ts";
import { dashboardBody, type Watched } from "./dashboard.ts";
import { databaseAlarms, type DatabaseThresholds } from "./database-alarms.ts";
import { loadBalancerAlarms, type LoadBalancerThresholds } from "./load-balancer-alarms.ts";
import { createSpendingAlerts, type SpendingLimits } from "./spending.ts";

export interface Thresholds {
  readonly database: DatabaseThresholds;
  readonly cache: CacheThresholds;
  readonly loadBalancer: LoadBalancerThresholds;
}

export interface ObservabilityArgs extends Watched {
  /** Begins the names of alarms and dashboard, unique in account and region, e.g. `twinstack-staging`. */
  readonly namePrefix: string;
  /** The platform's: where its metrics are. */
  readonly region: string;
  /** Where alarms and events go, e.g. of `Alerts`. */
  readonly topicArn: pulumi.Input<string>;
  readonly thresholds: Thresholds;
  /** Limits for the account's spending; default none watched. */
  readonly spending?: SpendingLimits | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Alarms on database, caches and load balancer, RDS's events, a dashboard, and limits for spending.
 *
 * Cost (list prices in USD a month, not checked against an account; the first 10 alarms and 3 dashboards of an account
 * are free): an alarm is 0.10 for each metric that it looks at. With I database instances, of which R are replicas, C
 * cache nodes and Q queue nodes of groups with a replica there are 3 × I + R + 3 × C + 4 × Q + 6 metrics (and one
 * more for each of a burstable class). Prod, with I = 3, R = 2, C = Q = 2 and a burstable queue: 9 + 2 + 6 + 8 + 6 + 2 = 33, which is
 * 3.30. A dashboard 3.00. Budget (two are free) and anomalies: 0.
 */
export class Observability extends pulumi.ComponentResource {
  /** Names of all alarms, for `aws cloudwatch describe-alarms`. */
  readonly alarmNames: pulumi.Output<string[]>;
  readonly dashboardName: pulumi.Output<string>;

  constructor(name: string, args: ObservabilityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:observability:Observability", name, {}, opts);
    const parent = { parent: this };

    const alarms = allAlarms(args).map(
      (alarm) => new aws.cloudwatch.MetricAlarm(`${name}-${alarm.name}`, alarmArgs(alarm, args), parent),
    );
    new aws.rds.EventSubscription(`${name}-database`, databaseEventArgs(args), parent);
    const dashboard = new aws.cloudwatch.Dashboard(
      name,
      { dashboardName: args.namePrefix, dashboardBody: dashboardBody(args, args.region) },
      parent,
    );
    if (args.spending) createSpendingAlerts(`${name}-spending`, args.spending, args, this);

    this.alarmNames = pulumi.all(alarms.map((alarm) => alarm.name));
    this.dashboardName = dashboard.dashboardName;
    this.registerOutputs({ alarmNames: this.alarmNames, dashboardName: this.dashboardName });
  }
}

function allAlarms({ thresholds, ...watched }: ObservabilityArgs) {
  return [
    ...loadBalancerAlarms(watched.loadBalancer, thresholds.loadBalancer),
    ...databaseAlarms(watched.database, thresholds.database),
    ...cacheAlarms("cache", watched.cache, thresholds.cache),
    ...cacheAlarms("queue", watched.queue, thresholds.cache),
  ];
}

/** What a person should know of; backups and configuration changes are not among it.
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html */
const DATABASE_EVENTS = [
  "availability",
  "failover",
  "failure",
  "low storage",
  "maintenance",
  "read replica",
  "recovery",
];

function databaseEventArgs({ topicArn, database, tags }: ObservabilityArgs): aws.rds.EventSubscriptionArgs {
  return {
    snsTopic: topicArn,
    sourceType: "db-instance",
    sourceIds: [database.primary, ...database.replicas],
    eventCategories: DATABASE_EVENTS,
    tags,
  };
}
