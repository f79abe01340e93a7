import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DatabaseArgs, Parameter } from "./options.ts";

/**
 * Statements are logged when they are slow, never for what they are: `log_statement=ddl` would write the passwords
 * of `CREATE ROLE` into the log.
 */
function ownParameters(slowQueryMillis: number): readonly Parameter[] {
  return [
    { name: "rds.force_ssl", value: "1" },
    { name: "password_encryption", value: "scram-sha-256" },
    { name: "shared_preload_libraries", value: "pg_stat_statements", restart: true },
    { name: "pg_stat_statements.track", value: "all" },
    { name: "log_min_duration_statement", value: `${slowQueryMillis}` },
    { name: "log_lock_waits", value: "1" },
    { name: "log_temp_files", value: "10240" },
    { name: "track_io_timing", value: "1" },
    // A client that forgets its transaction holds back vacuum and migrations.
    { name: "idle_in_transaction_session_timeout", value: "60000" },
  ];
}

/** The group's parameters as RDS takes them, each once, in the order of their names. */
export function groupParameters(
  slowQueryMillis: number,
  more: readonly Parameter[],
): { name: string; value: string; applyMethod: string }[] {
  const byName = new Map([...ownParameters(slowQueryMillis), ...more].map((each) => [each.name, each]));
  return [...byName.values()]
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(({ name, value, restart }) => ({
      name,
      value,
      applyMethod: restart === true ? "pending-reboot" : "immediate",
    }));
}

/** Named by Pulumi: another family is another group, which must be there before the instances leave the old one. */
export function createParameterGroup(
  name: string,
  args: DatabaseArgs,
  parent: pulumi.Resource,
): aws.rds.ParameterGroup {
  return new aws.rds.ParameterGroup(
    name,
    {
      family: `postgres${args.engineVersion}`,
      description: `PostgreSQL ${args.engineVersion} of ${args.identifier}`,
      parameters: groupParameters(args.slowQueryMillis, args.parameters),
      tags: args.tags,
    },
    { parent },
  );
}
