import { Authority } from "./authority.ts";
import type { Machine } from "../machine.ts";

const opened = new WeakMap<Pick<Machine, "dataDir" | "run">, Promise<Authority>>();

/**
 * The authority behind the certificates of databases and caches on this machine: what Amazon's is on AWS. Clients
 * trust it by the file that `regionAuthority(machine).files.cert` names. One a machine, made when first asked for.
 */
export function regionAuthority(machine: Pick<Machine, "dataDir" | "run">): Promise<Authority> {
  const known = opened.get(machine);
  if (known !== undefined) return known;
  const authority = Authority.open(machine.dataDir("authority"), "twinstack-local-ca", machine.run);
  opened.set(machine, authority);
  return authority;
}
