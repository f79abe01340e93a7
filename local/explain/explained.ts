import { lineFor, linesOf, type Class, type ExplainTable } from "./classification.ts";
import { inputPaths } from "./input-paths.ts";

/** A resource as a program, or a stack's state, has it. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Whose program it is of: `local`, `prod`. */
  readonly environment: string;
}

/** An input that some resource sets. */
export interface ExplainedInput {
  readonly path: string;
  readonly class: Class;
  readonly reason: string;
  /** The `*` line that holds for it; undefined when it has its own. */
  readonly covered: string | undefined;
  /** Where it is set, in the order the resources came. */
  readonly environments: readonly string[];
}

export interface ExplainedType {
  readonly type: string;
  /** Names of the resources, each once. */
  readonly names: readonly string[];
  readonly inputs: readonly ExplainedInput[];
}

export interface Explanation {
  readonly types: readonly ExplainedType[];
  /** `type path`, of what a resource sets and no table has. */
  readonly unclassified: readonly string[];
  /** `type path`, of lines that no resource has a use for. */
  readonly unused: readonly string[];
}

/** By path the environments in which some of the resources set it. */
function settings(type: string, resources: readonly Resource[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const { inputs, environment } of resources) {
    for (const path of inputPaths(type, inputs)) {
      found.set(path, [...new Set([...(found.get(path) ?? []), environment])]);
    }
  }
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

function unusedLines(types: readonly ExplainedType[], table: ExplainTable): readonly string[] {
  return Object.entries(table).flatMap(([type, lines]) => {
    const inputs = types.find((each) => each.type === type)?.inputs ?? [];
    const used = new Set(inputs.map(({ path, covered }) => covered ?? path));
    return linesOf(lines).flatMap(({ path }) => (used.has(path) ? [] : [`${type} ${path}`]));
  });
}

/** Every input that the resources set, by type, in order. */
export function explain(resources: readonly Resource[], table: ExplainTable): Explanation {
  const unclassified: string[] = [];
  const tokens = [...new Set(resources.map(({ type }) => type))].sort();
  const types = tokens.map((type): ExplainedType => {
    const own = resources.filter((resource) => resource.type === type);
    const inputs = [...settings(type, own)].flatMap(([path, environments]): ExplainedInput[] => {
      const line = lineFor(table[type] ?? {}, path);
      if (line === undefined) {
        unclassified.push(`${type} ${path}`);
        return [];
      }
      const covered = line.path === path ? undefined : line.path;
      return [{ path, class: line.class, reason: line.reason, covered, environments }];
    });
    return { type, names: [...new Set(own.map(({ name }) => name))].sort(), inputs };
  });
  return { types, unclassified, unused: unusedLines(types, table) };
}
