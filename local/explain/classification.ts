/** What becomes of an input in the local cloud. */
export type Class =
  /** A part does it, or the service model does what AWS's control plane would: names, refuses, protects, orders. */
  | "enforced"
  /** Checked, recorded, read back and compared; nothing does it. */
  | "stored"
  /** Accepted, and there is nothing here that it could be about. */
  | "inert";

export const CLASSES: readonly Class[] = ["enforced", "stored", "inert"];

/** Why, and the inputs it holds for: `reason → paths`. For what is enforced the reason names who does it. */
export type Reasons = Readonly<Record<string, readonly string[]>>;

/**
 * The inputs of one resource type. A path has the names of members and no indices (`healthCheck.interval`); it names a
 * value, a map or a document, or a block that is given empty. One that ends with `*` holds for everything below that has no
 * line of its own: only for types that a real program judges as a whole.
 */
export type TypeTable = Readonly<Partial<Record<Class, Reasons>>>;

/** By type token. */
export type ExplainTable = Readonly<Record<string, TypeTable>>;

export interface Line {
  readonly path: string;
  readonly class: Class;
  readonly reason: string;
}

/** The lines of a table in its own order. */
export function linesOf(table: TypeTable): readonly Line[] {
  return CLASSES.flatMap((name) =>
    Object.entries(table[name] ?? {}).flatMap(([reason, paths]) =>
      paths.map((path) => ({ path, class: name, reason })),
    ),
  );
}

/** The line for an input: its own, or the longest with a `*` that covers it; undefined when nobody classified it. */
export function lineFor(table: TypeTable, path: string): Line | undefined {
  const lines = linesOf(table);
  const exact = lines.find((line) => line.path === path);
  if (exact !== undefined) return exact;
  return lines
    .filter((line) => line.path.endsWith("*") && path.startsWith(line.path.slice(0, -1)))
    .sort((one, other) => other.path.length - one.path.length)[0];
}
