/** Rules of RDS's names, shared by its resources. */
import type { Rule } from "../../model.ts";
import { matches } from "../rules.ts";

/** Instances, proxies, snapshots: a letter first, no two hyphens in a row, none at the end. */
export function identifierRule(property: string, length: number, source: string): Rule {
  return matches(
    property,
    new RegExp(`^(?=.{1,${length}}$)[a-z](-?[a-z0-9])*$`),
    `at most ${length} of a-z, 0-9 and -, a letter first, no hyphen at the end and no two in a row`,
    source,
  );
}

/** Snapshots may have capitals; RDS stores them in lower case. */
export function snapshotRule(property: string, source: string): Rule {
  return matches(
    property,
    /^(?=.{1,255}$)[A-Za-z](-?[A-Za-z0-9])*$/,
    "at most 255 letters, digits and hyphens, a letter first, no hyphen at the end and no two in a row",
    source,
  );
}
