import { CLASSES } from "./classification.ts";
import type { ExplainedInput, ExplainedType } from "./explained.ts";

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

function shortened(names: readonly string[]): string {
  const shown = names.slice(0, 4).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}

interface Row {
  readonly name: string;
  readonly where: string;
  readonly class: string;
  readonly reason: string;
}

/** What is set in an environment anyway needs no option. */
function whereSet(environments: readonly string[]): string {
  const shipped = [...new Set(environments)].filter((each) => each !== "option");
  return shipped.length > 0 ? shipped.join(" ") : "option";
}

/** A row an input; inputs that one `*` line holds for are one row together. */
function rowsOf(inputs: readonly ExplainedInput[]): readonly Row[] {
  const together = new Map<string, ExplainedInput[]>();
  for (const input of inputs) {
    const key = input.covered ?? input.path;
    together.set(key, [...(together.get(key) ?? []), input]);
  }
  return [...together].flatMap(([key, group]) => {
    const [first] = group;
    if (first === undefined) return [];
    const name = first.covered === undefined ? key : `${key} (${plural(group.length, "input")})`;
    const where = whereSet(group.flatMap(({ environments }) => environments));
    return [{ name, where, class: first.class, reason: first.reason }];
  });
}

/** Columns of one width, the last as long as it is. */
function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`.trimEnd(),
  );
}

function section({ type, names, inputs }: ExplainedType): string {
  const rows = rowsOf(inputs).map((row) => [row.name, row.class, row.where, row.reason]);
  return [`${type}  (${shortened(names)})`, ...columns(rows)].join("\n");
}

/** How many inputs there are of each class. */
export function summary(types: readonly ExplainedType[]): string {
  const inputs = types.flatMap((type) => type.inputs);
  const counts = CLASSES.map((name) => `${inputs.filter((each) => each.class === name).length} ${name}`);
  return `${plural(types.length, "type")}, ${plural(inputs.length, "input")}: ${counts.join(", ")}`;
}

/** A table a type, and the counts at the end. */
export function report(types: readonly ExplainedType[]): string {
  return `${[...types.map(section), summary(types)].join("\n\n")}\n`;
}
