import { classMemoryGiB } from "./instance-class.ts";
import type { DatabaseConfig } from "./database.ts";
import type { Problem } from "./problem.ts";
import type { ServiceConfig } from "./service.ts";

const MIB = 1024 ** 2;

/** Taken off the class's memory by the operating system and RDS. AWS does not say how much; with it db.t4g.micro comes to the
 * 84 that such instances are seen to have. */
const RESERVED_MIB = 256;

/** PostgreSQL's own reserve (3), RDS's (2), and a migration Job, monitoring and an operator. */
const RESERVED_CONNECTIONS = 10;

/** The worker of the colour that serves: one pool more. */
const WORKERS = 1;

/** Both colours run at full size during a switch. */
const COLOURS = 2;

/**
 * `max_connections` of an instance whose parameter group leaves it alone: LEAST({DBInstanceClassMemory/9531392},5000).
 * Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
export function defaultMaxConnections(instanceClass: string): number {
  const bytes = ((classMemoryGiB(instanceClass) ?? 0) * 1024 - RESERVED_MIB) * MIB;
  return Math.min(Math.floor(bytes / 9531392), 5000);
}

/** Connections that pods may open to one instance, less what others need. */
export function connectionBudget({
  instanceClass,
  parameters,
}: Pick<DatabaseConfig, "instanceClass" | "parameters">): number {
  const own = Number(parameters.find(({ name }) => name === "max_connections")?.value);
  const most = Number.isInteger(own) ? own : defaultMaxConnections(instanceClass);
  return most - RESERVED_CONNECTIONS;
}

/**
 * Every pod may fill its pool to a replica, and without replicas to the primary: at the limit new pods cannot start. The
 * pooler before the primary would queue them instead, and time out.
 */
export function poolsFit({
  database,
  service,
}: {
  readonly database: Pick<DatabaseConfig, "instanceClass" | "parameters" | "poolSize">;
  readonly service: { readonly replicas: Pick<ServiceConfig["replicas"], "max"> };
}): readonly Problem[] {
  const budget = connectionBudget(database);
  const pools = COLOURS * service.replicas.max + WORKERS;
  const needed = pools * database.poolSize;
  if (needed <= budget) return [];
  const most = Math.floor(budget / pools);
  const smaller = most >= 1 ? `write at most ${most}, or take` : "take";
  return [
    {
      key: "twinstack:database.poolSize",
      value: database.poolSize,
      instead:
        `${smaller} a larger instanceClass or a smaller twinstack:service.replicas.max: two colours of ${service.replicas.max} pods and ` +
        `a worker open ${needed} connections, and ${database.instanceClass} has ${budget} for them`,
    },
  ];
}
