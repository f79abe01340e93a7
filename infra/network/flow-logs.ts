import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

interface FlowLogOptions {
  readonly accountId: string;
  readonly flowLogRetentionDays: number;
  readonly logKeyArn: pulumi.Input<string>;
  readonly tags: Readonly<Record<string, string>>;
}

/** Records every accepted and refused connection of the VPC. */
export function createFlowLogs(
  name: string,
  vpcId: pulumi.Input<string>,
  { accountId, flowLogRetentionDays, logKeyArn, tags }: FlowLogOptions,
  parent: pulumi.Resource,
): aws.ec2.FlowLog {
  const child = `${name}-flow`;
  const group = new aws.cloudwatch.LogGroup(
    child,
    { retentionInDays: flowLogRetentionDays, kmsKeyId: logKeyArn, tags },
    { parent },
  );
  const role = new aws.iam.Role(child, { assumeRolePolicy: flowLogTrust(accountId), tags }, { parent });
  const policy = new aws.iam.RolePolicy(
    child,
    { role: role.id, policy: group.arn.apply(flowLogPermissions) },
    { parent },
  );
  return new aws.ec2.FlowLog(
    child,
    {
      vpcId,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 60,
      tags: { ...tags, Name: child },
    },
    { parent, dependsOn: policy },
  );
}

/** Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
export function flowLogTrust(accountId: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "vpc-flow-logs.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": accountId } },
      },
    ],
  });
}

/** Writes to one log group and no other. */
export function flowLogPermissions(logGroupArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        Resource: `${logGroupArn}:*`,
      },
    ],
  });
}
