import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { keyPolicy, logsStatement, clusterStatement, type KeyStatement } from "./key-policy.ts";

/** What a key encrypts. One key a domain: who may use one says nothing about the others. */
export type KeyDomain = "alerts" | "cluster" | "data" | "logs" | "registry";

export interface KeysArgs {
  readonly region: string;
  readonly accountId: string;
  /** The cluster's role: it encrypts Kubernetes secrets. */
  readonly clusterRoleArn: pulumi.Input<string>;
  /** Admit the services that publish alerts, on topics that the key encrypts. */
  readonly alertsStatements: readonly KeyStatement[];
  /** Days between a key's deletion and its end, 7–30: until then it can be brought back. */
  readonly deletionWindowDays: number;
  /** Refuse to delete the keys until this is taken back: what they encrypt is lost with them. */
  readonly protect: boolean;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Customer-managed KMS keys, rotated yearly, with their policies as resources of their own: a policy may
 * name a role that was made after the key.
 *
 * Cost: 5 keys by the month (each yearly rotation adds to a key's price, twice at most) and requests.
 */
export class Keys extends pulumi.ComponentResource {
  /** Key ARN by domain, known once the key's policy is in place. */
  readonly arns: Readonly<Record<KeyDomain, pulumi.Output<string>>>;

  constructor(name: string, args: KeysArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:security:Keys", name, {}, opts);

    const key = (domain: KeyDomain, description: string, statements: pulumi.Input<KeyStatement>[]) =>
      createKey(`${name}-${domain}`, description, statements, args, this);

    this.arns = {
      alerts: key("alerts", "Topics of alerts", [...args.alertsStatements]),
      cluster: key("cluster", "Kubernetes secrets", [
        pulumi.output(args.clusterRoleArn).apply(clusterStatement),
      ]),
      // RDS, ElastiCache and Secrets Manager use it by grants and permissions of whoever calls them.
      data: key("data", "Databases, caches, their snapshots and secrets", []),
      logs: key("logs", "CloudWatch log groups", [logsStatement(args.region, args.accountId)]),
      registry: key("registry", "Container images", []),
    };
    this.registerOutputs({ arns: this.arns });
  }
}

/** The policy's resource depends on the key; users of the ARN wait for the policy. */
function createKey(
  child: string,
  description: string,
  statements: pulumi.Input<KeyStatement>[],
  args: KeysArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const key = new aws.kms.Key(
    child,
    {
      description,
      enableKeyRotation: true,
      deletionWindowInDays: args.deletionWindowDays,
      tags: { ...args.tags, Name: child },
    },
    // The policy below would otherwise be seen here as drift.
    { parent, protect: args.protect, ignoreChanges: ["policy"] },
  );
  const policy = new aws.kms.KeyPolicy(
    child,
    {
      keyId: key.id,
      policy: pulumi.all(statements).apply((all) => keyPolicy(args.accountId, all)),
    },
    { parent },
  );
  return pulumi.all([key.arn, policy.id]).apply(([arn]) => arn);
}
