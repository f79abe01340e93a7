import { flag, number, object, objects, text, texts } from "../../aws/services/fields.ts";
import { findInstance, PROXY, PROXY_TARGET, PROXY_TARGET_GROUP } from "../../aws/services/rds/references.ts";
import { memorySettings } from "../postgres/configuration.ts";
import { parametersOf } from "../postgres/instance-input.ts";
import { userOf, type User } from "./secret-users.ts";
import type { Account } from "../../aws/model.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";

/** The database behind the pooler. */
export interface Target {
  /** The instance's endpoint: its name leads to whoever is primary. */
  readonly host: string;
  readonly port: number;
  /** Names of its databases that are known here: the instance's first one, and the one every server has. */
  readonly databases: readonly string[];
  /** Most connections to it. */
  readonly connections: number;
  /** What the server itself allows: the target group's percentages are of this. */
  readonly maxConnections: number;
}

/** What a proxy's resources ask of this machine. */
export interface ProxyInput {
  readonly id: string;
  /** The endpoint's name in the VPC's DNS. */
  readonly endpoint: string;
  readonly subnetId: string;
  readonly securityGroups: readonly string[];
  readonly requireTls: boolean;
  readonly idleClientSeconds: number;
  readonly debugLogging: boolean;
  /** How long a client waits for a connection to the database. */
  readonly borrowSeconds: number;
  /** Run on every new connection to the database; empty: nothing. */
  readonly initQuery: string;
  readonly users: readonly User[];
  /** Secrets that give no user, each with its reason. */
  readonly problems: readonly string[];
  /** Undefined until an instance is registered: clients are refused meanwhile. */
  readonly target: Target | undefined;
}

/** Reads resources as they are to be now; `latest` answers the one that a change under way wants. */
export function readProxy(
  id: string,
  account: Account,
  latest: (type: string, id: string) => StoredResource | undefined,
): ProxyInput {
  const outputs = latest(PROXY, id)?.outputs;
  if (outputs === undefined) throw new Error(`DB proxy ${id} is not in the record`);
  const pool = object(latest(PROXY_TARGET_GROUP, id)?.outputs ?? {}, "connectionPoolConfig") ?? {};
  const roleArn = required(outputs, "roleArn", id);
  const found = objects(outputs, "auths").map((auth) =>
    userOf(required(auth, "secretArn", id), roleArn, account),
  );
  const [subnetId] = texts(outputs, "vpcSubnetIds");
  if (subnetId === undefined) throw new Error(`vpcSubnetIds: DB proxy ${id} has no subnet`);
  return {
    id,
    endpoint: required(outputs, "endpoint", id),
    subnetId,
    securityGroups: texts(outputs, "vpcSecurityGroupIds"),
    requireTls: flag(outputs, "requireTls") ?? false,
    idleClientSeconds: number(outputs, "idleClientTimeout") ?? 1800,
    debugLogging: flag(outputs, "debugLogging") ?? false,
    // PgBouncer takes 0 for "for ever"; RDS Proxy for "not at all".
    borrowSeconds: Math.max(1, number(pool, "connectionBorrowTimeout") ?? 120),
    initQuery: text(pool, "initQuery") ?? "",
    users: found.flatMap((each) => ("user" in each ? [each.user] : [])),
    problems: found.flatMap((each) => ("problem" in each ? [each.problem] : [])),
    target: targetOf(id, account, number(pool, "maxConnectionsPercent") ?? 100),
  };
}

function required(values: JsonObject, key: string, id: string): string {
  const found = text(values, key);
  if (found !== undefined) return found;
  throw new Error(
    `${key}: the local cloud needs it for DB proxy ${id}, and neither program nor model sets it`,
  );
}

function targetOf(id: string, account: Account, percent: number): Target | undefined {
  const registered = account.all(PROXY_TARGET).find(({ outputs }) => outputs["dbProxyName"] === id);
  const instance =
    registered && findInstance(account, text(registered.outputs, "dbInstanceIdentifier") ?? "");
  if (instance === undefined) return undefined;
  const { outputs } = instance;
  const allowed = maxConnections(outputs, account);
  return {
    host: required(outputs, "address", id),
    port: number(outputs, "port") ?? 5432,
    databases: [...new Set([text(outputs, "dbName") || "postgres", "postgres"])],
    connections: Math.max(1, Math.floor((allowed * percent) / 100)),
    maxConnections: allowed,
  };
}

/** What the server behind the instance allows: the parameter group's word, or the emulated class's. */
function maxConnections(instance: JsonObject, account: Account): number {
  const group = parametersOf(text(instance, "parameterGroupName") ?? "", account);
  const own = group.find(({ name }) => name === "max_connections")?.value;
  return Number(own ?? memorySettings(text(instance, "instanceClass") ?? "")["max_connections"]);
}
