import type { TableContents } from "./tables.ts";

export interface Comparison {
  /** A line a table, for a person. */
  readonly lines: readonly string[];
  /** Tables that are not the same on both sides. */
  readonly different: readonly string[];
}

/** Two databases, table by table. */
export function compare(
  before: readonly TableContents[],
  restored: readonly TableContents[],
  heads: readonly [string, string],
): Comparison {
  const names = [...new Set([...before, ...restored].map(({ table }) => table))].sort();
  const width = Math.max(5, ...names.map((name) => name.length));
  const line = (...cells: readonly [string, string, string, string]): string =>
    `  ${cells[0].padEnd(width)}  ${cells[1].padStart(12)}  ${cells[2].padStart(12)}  ${cells[3]}`.trimEnd();
  const rows = names.map((name) => {
    const [one, other] = [before, restored].map((tables) => tables.find(({ table }) => table === name));
    const same = one !== undefined && one.rows === other?.rows && one.digest === other.digest;
    const verdict = same ? "same" : one?.rows === other?.rows ? "other contents" : "other rows";
    return { name, same, text: line(name, count(one), count(other), verdict) };
  });
  return {
    lines: [line("table", ...heads, ""), ...rows.map(({ text }) => text)],
    different: rows.filter(({ same }) => !same).map(({ name }) => name),
  };
}

const count = (contents: TableContents | undefined): string =>
  contents === undefined ? "not there" : `${contents.rows}`;
