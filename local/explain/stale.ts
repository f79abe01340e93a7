import { inputShape, shapeAt } from "../aws/shapes.ts";
import { resourceModel } from "../aws/services/index.ts";
import { linesOf, type ExplainTable } from "./classification.ts";

function staleAws(type: string, path: string): string | undefined {
  const members = inputShape(type);
  if (members === undefined || resourceModel(type) === undefined) return "no service model has this type";
  return shapeAt(members, path.split(".")) === undefined ? "the type has no such input" : undefined;
}

/** Lines that say something of an input that is not there, or say two things of one: `type path: what is wrong`. */
export function staleLines(table: ExplainTable): readonly string[] {
  return Object.entries(table).flatMap(([type, inputs]) => {
    const paths = linesOf(inputs).map(({ path }) => path);
    return paths.flatMap((path, index) => {
      const wrong = type.startsWith("aws:") ? staleAws(type, path) : undefined;
      const twice = paths.indexOf(path) < index ? "is there twice" : undefined;
      return [wrong, twice].flatMap((what) => (what === undefined ? [] : [`${type} ${path}: ${what}`]));
    });
  });
}
