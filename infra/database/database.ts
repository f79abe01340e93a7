import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { createCredentials, type Credential } from "./credentials.ts";
import { PRIMARY_LOGS, primaryArgs, replicaArgs, replicaIdentifier, REPLICA_LOGS } from "./instances.ts";
import { createInstanceLogs } from "./logs.ts";
import { createMonitoring } from "./monitoring.ts";
import { PORT, type DatabaseArgs } from "./options.ts";
import { createParameterGroup } from "./parameters.ts";
import { createPooler } from "./pooler.ts";
import { createSecurityGroups } from "./security-groups.ts";

export type { DatabaseArgs, DatabaseOptions } from "./options.ts";

export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
/**
 * PostgreSQL on RDS: a primary, a standby when Multi-AZ, read replicas over the zones, and RDS Proxy for the writes.
 * Everybody speaks TLS and proves a password; the app's users are made by the migration Job.
 *
 * Cost (USD, 730 hours a month, list prices as in docs/costs.md: storage as in eu-central-1; instances and RDS Proxy as in us-east-1, where
 * they are some 15 to 20 % cheaper, because no source had eu-central-1. Not checked against an account). Instances and
 * storage: price × (Multi-AZ ? 2 : 1) + price × replicas. RDS Proxy: 0.015 a vCPU of the primary and hour, two at least. Secrets: 0.40
 * each. Beside it backups beyond the storage's size, 0.095 a GiB, and logs by the gigabyte.
 * - staging, db.t4g.medium and 20 GiB, single zone, 1 replica: 0.065 × 730 × 2 = 94.90; 0.137 × 20 × 2 = 5.48; proxy
 *   2 × 0.015 × 730 = 21.90; secrets 1.20. Together 123.48.
 * - prod, db.m7g.large and 100 GiB, Multi-AZ, 2 replicas: 0.168 × 730 × 4 = 490.56; 0.137 × 100 × 4 = 54.80; proxy 21.90; secrets
 *   1.20. Together 568.46, and the log bytes of Enhanced Monitoring.
 */
export class Database extends pulumi.ComponentResource {
  /** The pooler: every write of the app. Known once the primary is its target. */
  readonly writer: pulumi.Output<Endpoint>;
  /** The primary itself: migrations, which hold locks and session state. */
  readonly primary: pulumi.Output<Endpoint>;
  /** Each read replica. */
  readonly readers: pulumi.Output<Endpoint[]>;
  readonly databaseName: pulumi.Output<string>;
  /** Each user's secret, `{"username": …, "password": …}`, by ARN. Known once the secret has a value. */
  readonly secretArns: pulumi.Output<{ admin: string; readWrite: string; readOnly: string }>;
  /** Identifiers in RDS, for alarms and events. */
  readonly primaryIdentifier: pulumi.Output<string>;
  readonly replicaIdentifiers: readonly pulumi.Output<string>[];
  readonly poolerName: pulumi.Output<string>;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:database:Database", name, {}, opts);

    const groups = createSecurityGroups(name, args, this);
    const credentials = createCredentials(name, args, this);
    const monitoring = createMonitoring(name, args, this);
    const parts = {
      parameterGroupName: createParameterGroup(name, args, this).name,
      securityGroupId: groups.database.id,
      monitoringRoleArn: monitoring?.roleArn,
    };
    const dependsOn = monitoring ? [monitoring.attachment] : [];
    const primary = createPrimary(
      name,
      args,
      { ...parts, password: credentials.admin.password },
      dependsOn,
      this,
    );
    const replicas = Array.from({ length: args.readReplicas }, (_, index) =>
      createReplica(name, args, parts, primary, index, dependsOn, this),
    );
    const pooler = createPooler(
      name,
      args,
      {
        primary,
        securityGroupId: groups.pooler.id,
        securityRules: groups.poolerRules,
        credentials: [credentials.readWrite],
      },
      this,
    );

    this.writer = pooler.endpoint.apply((host) => ({ host, port: PORT }));
    this.primary = endpointOf(primary);
    this.readers = pulumi.all(replicas.map(endpointOf));
    this.databaseName = primary.dbName;
    this.secretArns = pulumi.output({
      admin: written(credentials.admin),
      readWrite: written(credentials.readWrite),
      readOnly: written(credentials.readOnly),
    });
    this.primaryIdentifier = primary.identifier;
    this.replicaIdentifiers = replicas.map((replica) => replica.identifier);
    this.poolerName = pooler.name;
    this.registerOutputs({
      writer: this.writer,
      primary: this.primary,
      readers: this.readers,
      databaseName: this.databaseName,
      secretArns: this.secretArns,
      primaryIdentifier: this.primaryIdentifier,
      replicaIdentifiers: this.replicaIdentifiers,
      poolerName: this.poolerName,
    });
  }
}

function endpointOf(instance: aws.rds.Instance): pulumi.Output<Endpoint> {
  return pulumi.all([instance.address, instance.port]).apply(([host, port]) => ({ host, port }));
}

/** The secret's ARN, once the secret has a value. */
function written({ secretArn, version }: Credential): pulumi.Output<string> {
  return pulumi.all([secretArn, version.id]).apply(([arn]) => arn);
}

type Parts = Parameters<typeof replicaArgs>[1];

function createPrimary(
  name: string,
  args: DatabaseArgs,
  parts: Parts & { readonly password: pulumi.Input<string> },
  dependsOn: pulumi.Resource[],
  parent: pulumi.Resource,
): aws.rds.Instance {
  const subnets = new aws.rds.SubnetGroup(
    name,
    { subnetIds: args.subnetIds, description: `Instances of ${args.identifier}`, tags: args.tags },
    { parent },
  );
  const logs = createInstanceLogs(`${name}-primary`, args.identifier, PRIMARY_LOGS, args, parent);
  return new aws.rds.Instance(
    `${name}-primary`,
    primaryArgs(args, {
      ...parts,
      subnetGroupName: subnets.name,
      finalSnapshotIdentifier: args.finalSnapshot ? finalSnapshot(name, args.identifier, parent) : undefined,
    }),
    { parent, protect: args.protect, dependsOn: [...dependsOn, ...logs] },
  );
}

/** A database made anew must not meet the snapshot its forerunner left. */
function finalSnapshot(name: string, identifier: string, parent: pulumi.Resource): pulumi.Output<string> {
  const suffix = new random.RandomId(`${name}-final-snapshot`, { byteLength: 4 }, { parent });
  return pulumi.interpolate`${identifier}-final-${suffix.hex}`;
}

/** A zone added to the configuration must not move the replicas that are there. */
function createReplica(
  name: string,
  args: DatabaseArgs,
  parts: Parts,
  primary: aws.rds.Instance,
  index: number,
  dependsOn: pulumi.Resource[],
  parent: pulumi.Resource,
): aws.rds.Instance {
  const child = `${name}-replica-${index + 1}`;
  const logs = createInstanceLogs(child, replicaIdentifier(args, index), REPLICA_LOGS, args, parent);
  return new aws.rds.Instance(child, replicaArgs(args, parts, primary.identifier, index), {
    parent,
    dependsOn: [...dependsOn, ...logs],
    ignoreChanges: ["availabilityZone"],
  });
}
