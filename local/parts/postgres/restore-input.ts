import { object, text } from "../../aws/services/fields.ts";
import { INSTANCE, findInstance } from "../../aws/services/rds/references.ts";
import type { Account } from "../../aws/model.ts";
import type { JsonObject } from "../../region/protocol.ts";

/** `restoreToPointInTime`. */
export interface Restore {
  /** Undefined: it was deleted since; what was restored does not need it any more. */
  readonly sourceId: string | undefined;
  /** In ms since 1970; undefined: the latest time there is. */
  readonly time: number | undefined;
}

export function readRestore(outputs: JsonObject, account: Account): Restore | undefined {
  const block = object(outputs, "restoreToPointInTime");
  if (block === undefined) return undefined;
  const byId = account.get(INSTANCE, text(block, "sourceDbiResourceId") ?? "");
  const source = byId ?? findInstance(account, text(block, "sourceDbInstanceIdentifier") ?? "");
  const time = text(block, "restoreTime");
  return { sourceId: source?.id, time: time === undefined ? undefined : Date.parse(time) };
}
