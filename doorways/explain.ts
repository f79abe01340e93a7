import * as pulumi from "@pulumi/pulumi";
import { closeMatches } from "../local/explain/close-matches.ts";
import { explain as explainAll, type Resource } from "../local/explain/explained.ts";
import { report } from "../local/explain/report.ts";
import { explainTable } from "../local/explain/tables.ts";
import { checkout } from "./checkout.ts";
import { everyProgram } from "./program-inputs.ts";
import { UserError } from "./user-error.ts";

/** Of a file that a program refuses, its own words are all that is needed. */
async function resources(): Promise<readonly Resource[]> {
  try {
    return await everyProgram(checkout);
  } catch (error) {
    if (!pulumi.RunError.isInstance(error)) throw error;
    throw new UserError(error.message);
  }
}

/** What the local cloud makes of every input our programs set; `TYPE` (a make variable) shows one resource type alone. */
export async function explain(): Promise<void> {
  const { types, unclassified } = explainAll(await resources(), explainTable);
  const wanted = process.env["TYPE"] ?? "";
  const shown = wanted === "" ? types : types.filter(({ type }) => type === wanted);
  if (shown.length === 0) {
    const close = closeMatches(
      wanted,
      types.map(({ type }) => type),
    );
    throw new UserError(
      `TYPE: "${wanted}" is no type of our programs; write one such as ${close.join(", ")}`,
    );
  }
  process.stdout.write(report(shown));
  if (unclassified.length === 0) return;
  const list = unclassified.map((each) => `  ${each}`).join("\n");
  throw new UserError(`no table in local/explain has these inputs; add a line for each:\n${list}`);
}
