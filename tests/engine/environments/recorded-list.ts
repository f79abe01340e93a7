import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineStack } from "../harness.ts";

const RECORD = "TWINSTACK_RECORD";

/** `"<type> <name>"` of every resource in the state, sorted; the stack's own and default providers are left out. */
export async function resourceList(stack: EngineStack): Promise<readonly string[]> {
  const { resources = [] } = (await stack.exportState()).deployment;
  return resources
    .map(({ urn, type }) => `${type} ${urn.slice(urn.lastIndexOf("::") + 2)}`)
    .filter((each) => !/^pulumi:(pulumi:Stack|providers:\w+ default(_|$))/.test(each))
    .sort();
}

/** Throws when the list is not the one of `<environment>.resources.json`, with what came and what is missing. */
export function expectRecorded(environment: string, list: readonly string[]): void {
  const file = join(import.meta.dirname, `${environment}.resources.json`);
  if (process.env[RECORD] === "1") writeFileSync(file, `${JSON.stringify(list, null, 2)}\n`);
  const recorded = JSON.parse(readFileSync(file, "utf8")) as readonly string[];
  const differences = [
    ...list.filter((each) => !recorded.includes(each)).map((each) => `  + ${each}`),
    ...recorded.filter((each) => !list.includes(each)).map((each) => `  - ${each}`),
  ];
  if (differences.length > 0 || list.length !== recorded.length) {
    throw new Error(
      [
        `the resources of ${environment} (${list.length}) are not the recorded ones (${recorded.length}):`,
        ...differences,
        `A resource that lost its name is deleted and made again. If this is meant, run this test with ${RECORD}=1`,
        `and commit tests/engine/environments/${environment}.resources.json.`,
      ].join("\n"),
    );
  }
}
