import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs } from "./options.ts";

type LogArgs = Pick<DatabaseArgs, "logRetentionDays" | "logKeyArn" | "tags">;

/** The group RDS writes to, made first: RDS would make it without key and without end. */
function logGroup(
  child: string,
  path: string,
  { logRetentionDays, logKeyArn, tags }: LogArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    child,
    { name: path, retentionInDays: logRetentionDays, kmsKeyId: logKeyArn, tags },
    { parent },
  );
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_LogAccess.Concepts.PostgreSQL.html */
export function createInstanceLogs(
  name: string,
  identifier: string,
  exports: readonly string[],
  args: LogArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup[] {
  return exports.map((log) =>
    logGroup(`${name}-${log}`, `/aws/rds/instance/${identifier}/${log}`, args, parent),
  );
}

export function createPoolerLog(
  name: string,
  identifier: string,
  args: LogArgs,
  parent: pulumi.Resource,
): aws.cloudwatch.LogGroup {
  return logGroup(`${name}-pooler`, `/aws/rds/proxy/${identifier}`, args, parent);
}
