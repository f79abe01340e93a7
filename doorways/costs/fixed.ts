import { databaseLines, poolerLines } from "./database-lines.ts";
import { HOURS, line, type Line, type Made } from "./line.ts";
import { clusterLines } from "./node-lines.ts";
import {
  alarmMetrics,
  cacheLines,
  endpointLines,
  firewallLines,
  loadBalancerLines,
} from "./platform-lines.ts";

type Count = (of: readonly Made[], all: readonly Made[]) => readonly Line[];

const each =
  (count: (made: Made) => readonly Line[]): Count =>
  (of) =>
    of.flatMap(count);

/** One line for all of a type, `times` the hours or months of each. */
const together =
  (what: string, price: string, ...times: readonly number[]): Count =>
  (of) => [line(what, price, of.length, ...times)];

/** What costs by being there, by type, in the order of the document. */
export const FIXED: Readonly<Record<string, Count>> = {
  "aws:eks/cluster:Cluster": (_of, all) => clusterLines(all),
  "aws:rds/instance:Instance": (_of, all) => databaseLines(all),
  "aws:rds/proxy:Proxy": (_of, all) => poolerLines(all),
  "aws:elasticache/replicationGroup:ReplicationGroup": each(cacheLines),
  "aws:ec2/natGateway:NatGateway": together("NAT gateways", "nat.hours", HOURS),
  "aws:ec2/eip:Eip": together("Public addresses", "ipv4.hours", HOURS),
  "aws:ec2/vpcEndpoint:VpcEndpoint": each(endpointLines),
  "aws:lb/loadBalancer:LoadBalancer": each(loadBalancerLines),
  "aws:wafv2/webAcl:WebAcl": each(firewallLines),
  "aws:kms/key:Key": together("Keys", "kms.keys"),
  "aws:secretsmanager/secret:Secret": together("Secrets", "secrets.month"),
  "aws:cloudwatch/metricAlarm:MetricAlarm": (of) => [
    line(
      "Alarms, by the metrics they look at",
      "alarm.metrics",
      of.reduce((sum, alarm) => sum + alarmMetrics(alarm), 0),
    ),
  ],
  "aws:cloudwatch/dashboard:Dashboard": together("Dashboard", "dashboard.month"),
};
