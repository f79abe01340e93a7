import * as pulumi from "@pulumi/pulumi";
import type { Metric } from "./alarm.ts";
import { nodeIds, nodeMetric, type WatchedCache } from "./cache-alarms.ts";
import { instanceMetric, type WatchedDatabase } from "./database-alarms.ts";
import { balancerMetric, type WatchedLoadBalancer } from "./load-balancer-alarms.ts";

export interface Watched {
  readonly loadBalancer: WatchedLoadBalancer;
  readonly database: WatchedDatabase;
  readonly cache: WatchedCache;
  readonly queue: WatchedCache;
  /** The CDN's distribution; its metrics are in us-east-1 whatever the platform's region. */
  readonly distributionId: pulumi.Input<string>;
}

interface Widget {
  readonly title: string;
  readonly metrics: readonly Metric[];
  readonly region?: string;
}

/** Columns of the dashboard's grid, and the size of a widget: three in a row. */
const GRID_COLUMNS = 24;
const WIDTH = 8;
const HEIGHT = 6;

/** From the viewer inwards.
 * Source of the format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
export function dashboardBody(watched: Watched, region: string): pulumi.Output<string> {
  const placed = widgets(watched).map((widget, index) => ({
    type: "metric",
    x: (index * WIDTH) % GRID_COLUMNS,
    y: Math.floor((index * WIDTH) / GRID_COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: widget.title,
      region: widget.region ?? region,
      view: "timeSeries",
      period: 60,
      metrics: widget.metrics.map(row),
    },
  }));
  return pulumi.jsonStringify({ widgets: placed });
}

function row({ namespace, metric, dimensions, statistic }: Metric): unknown[] {
  return [namespace, metric, ...Object.entries(dimensions).flat(), { stat: statistic }];
}

function widgets({ loadBalancer, database, cache, queue, distributionId }: Watched): Widget[] {
  const cdn = (metric: string, statistic: Metric["statistic"]): Metric => ({
    namespace: "AWS/CloudFront",
    metric,
    dimensions: { DistributionId: distributionId, Region: "Global" },
    statistic,
  });
  const balancer = (metric: string, statistic: Metric["statistic"]): Metric =>
    balancerMetric(loadBalancer.arn, metric, statistic);
  const instances = [database.primary, ...database.replicas];
  const nodes = [...nodeIds(cache), ...nodeIds(queue)];
  return [
    { title: "CDN: requests", metrics: [cdn("Requests", "Sum")], region: "us-east-1" },
    {
      title: "CDN: errors, percent",
      metrics: [cdn("4xxErrorRate", "Average"), cdn("5xxErrorRate", "Average")],
      region: "us-east-1",
    },
    { title: "Load balancer: requests", metrics: [balancer("RequestCount", "Sum")] },
    {
      title: "Load balancer: errors",
      metrics: [balancer("HTTPCode_Target_5XX_Count", "Sum"), balancer("HTTPCode_ELB_5XX_Count", "Sum")],
    },
    {
      title: "Load balancer: seconds to answer",
      metrics: [balancer("TargetResponseTime", "Average"), balancer("TargetResponseTime", "p99")],
    },
    {
      title: "Database: processor, percent",
      metrics: instances.map((instance) => instanceMetric(instance, "CPUUtilization", "Average")),
    },
    {
      title: "Database: connections",
      metrics: instances.map((instance) => instanceMetric(instance, "DatabaseConnections", "Maximum")),
    },
    {
      title: "Database: replica lag, seconds",
      metrics: database.replicas.map((replica) => instanceMetric(replica, "ReplicaLag", "Maximum")),
    },
    {
      title: "Cache and queue: memory, percent",
      metrics: nodes.map((node) => nodeMetric(node, "DatabaseMemoryUsagePercentage", "Maximum")),
    },
  ].filter(({ metrics }) => metrics.length > 0);
}
