import { SUPERUSER } from "./admin.ts";

/** RDS's own role for replication has this name too. Its password is known to the region alone. */
export const REPLICATION_USER = "rdsrepladmin";

/** The name map of pg_ident.conf: the region runs as root. */
const MAP = "region";

export interface Access {
  /** `clients`: what an endpoint leads to. `none`: a Multi-AZ standby, which nobody may connect to. */
  readonly from: "clients" | "none";
  /** The parameter `rds.force_ssl`. */
  readonly forceTls: boolean;
}

/** pg_hba.conf. What no line names is refused: other ways in, other replication, RDS's own roles. */
export function accessRules({ from, forceTls }: Access): string {
  const client = forceTls ? "hostssl" : "host";
  return lines([
    ["local", "all", SUPERUSER, "peer", `map=${MAP}`],
    ["hostssl", "replication", REPLICATION_USER, "all", "scram-sha-256"],
    ["host", "all", `${SUPERUSER},${REPLICATION_USER}`, "all", "reject"],
    ...(from === "clients" ? [[client, "all", "all", "all", "scram-sha-256"]] : []),
  ]);
}

/** pg_ident.conf. */
export function userMap(): string {
  return lines([[MAP, "root", SUPERUSER]]);
}

function lines(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join("\t")}\n`).join("");
}
