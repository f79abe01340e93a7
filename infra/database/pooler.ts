import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../security/cluster-roles.ts";
import type { Credential } from "./credentials.ts";
import { createPoolerLog } from "./logs.ts";
import type { DatabaseArgs } from "./options.ts";

export interface PoolerParts {
  readonly primary: aws.rds.Instance;
  readonly securityGroupId: pulumi.Input<string>;
  readonly securityRules: pulumi.Resource[];
  /** The users the pooler lets through. */
  readonly credentials: readonly Credential[];
}

export interface Pooler {
  readonly name: pulumi.Output<string>;
  /** Known once the primary is its target. */
  readonly endpoint: pulumi.Output<string>;
}

/** RDS Proxy before the primary. Its host name stays through a failover, and so do its clients' connections. */
export function createPooler(
  name: string,
  args: DatabaseArgs,
  parts: PoolerParts,
  parent: pulumi.Resource,
): Pooler {
  const child = `${name}-pooler`;
  const log = createPoolerLog(name, args.identifier, args, parent);
  const role = new aws.iam.Role(
    child,
    { assumeRolePolicy: serviceTrust("rds.amazonaws.com", ["sts:AssumeRole"]), tags: args.tags },
    { parent },
  );
  const secretArns = parts.credentials.map(({ secretArn }) => secretArn);
  const policy = new aws.iam.RolePolicy(
    child,
    {
      role: role.id,
      policy: pulumi
        .all([pulumi.all(secretArns), args.dataKeyArn])
        .apply(([secrets, key]) => poolerPolicy(secrets, key, args.region)),
    },
    { parent },
  );
  const proxy = new aws.rds.Proxy(child, proxyArgs(args, parts, role.arn, secretArns), {
    parent,
    // It reads the secrets as soon as it is there.
    dependsOn: [log, policy, ...parts.securityRules, ...parts.credentials.map(({ version }) => version)],
  });
  const group = new aws.rds.ProxyDefaultTargetGroup(child, targetGroupArgs(proxy.name), { parent });
  const target = new aws.rds.ProxyTarget(
    child,
    {
      dbProxyName: proxy.name,
      targetGroupName: group.name,
      dbInstanceIdentifier: parts.primary.identifier,
    },
    // RDS removes a target with its instance; Pulumi must let go of it first, and of a replaced one before.
    { parent, deleteBeforeReplace: true },
  );
  return {
    name: proxy.name,
    endpoint: pulumi.all([proxy.endpoint, target.id]).apply(([endpoint]) => endpoint),
  };
}

/** The pooler's own secrets, and their key through Secrets Manager alone.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-iam-setup.html */
export function poolerPolicy(secretArns: readonly string[], keyArn: string, region: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secretArns },
      {
        Effect: "Allow",
        Action: "kms:Decrypt",
        Resource: keyArn,
        Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
      },
    ],
  });
}

function proxyArgs(
  args: DatabaseArgs,
  parts: PoolerParts,
  roleArn: pulumi.Input<string>,
  secretArns: readonly pulumi.Input<string>[],
): aws.rds.ProxyArgs {
  return {
    name: args.identifier,
    engineFamily: "POSTGRESQL",
    requireTls: true,
    roleArn,
    auths: secretArns.map((secretArn) => ({
      authScheme: "SECRETS",
      iamAuth: "DISABLED",
      clientPasswordAuthType: "POSTGRES_SCRAM_SHA_256",
      secretArn,
    })),
    idleClientTimeout: args.poolerIdleSeconds,
    vpcSubnetIds: args.subnetIds,
    vpcSecurityGroupIds: [parts.securityGroupId],
    tags: args.tags,
  };
}

/**
 * Migrations, operators and monitoring connect beside the pooler: it may not take every connection. A client waits
 * 10 s for one, then gets an error it can show.
 */
function targetGroupArgs(dbProxyName: pulumi.Input<string>): aws.rds.ProxyDefaultTargetGroupArgs {
  return {
    dbProxyName,
    connectionPoolConfig: {
      connectionBorrowTimeout: 10,
      maxConnectionsPercent: 80,
      maxIdleConnectionsPercent: 40,
    },
  };
}
