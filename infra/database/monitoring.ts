import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../security/cluster-roles.ts";
import type { DatabaseArgs } from "./options.ts";

export interface Monitoring {
  readonly roleArn: pulumi.Output<string>;
  /** Without it the role may not write: `dependsOn` for the instances. */
  readonly attachment: pulumi.Resource;
}

/** Who writes the operating system's figures into CloudWatch Logs; undefined when nobody asked for them.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html */
export function createMonitoring(
  name: string,
  { monitoringIntervalSeconds, tags }: DatabaseArgs,
  parent: pulumi.Resource,
): Monitoring | undefined {
  if (monitoringIntervalSeconds === 0) return undefined;
  const role = new aws.iam.Role(
    `${name}-monitoring`,
    { assumeRolePolicy: serviceTrust("monitoring.rds.amazonaws.com", ["sts:AssumeRole"]), tags },
    { parent },
  );
  const attachment = new aws.iam.RolePolicyAttachment(
    `${name}-monitoring`,
    {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    },
    { parent },
  );
  return { roleArn: role.arn, attachment };
}
