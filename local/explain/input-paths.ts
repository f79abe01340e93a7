import { inputShape, type Shape } from "../aws/shapes.ts";
import { formatPath, type PropertyPath } from "../provider/property-path.ts";

function members(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return value as Readonly<Record<string, unknown>>;
}

/** Paths of the values below `value`; a shape says which objects are one value (maps, documents, assets). */
function below(value: unknown, shape: Shape | undefined, at: PropertyPath): readonly string[] {
  if (value === undefined || value === null) return [];
  const own = [formatPath(at)];
  if (Array.isArray(value)) {
    const item = typeof shape === "object" && "list" in shape ? shape.list : shape;
    return value.length === 0 ? own : (value as readonly unknown[]).flatMap((each) => below(each, item, at));
  }
  const inner = members(value);
  const declared = typeof shape === "object" && "object" in shape ? shape.object : undefined;
  if (inner === undefined || (shape !== undefined && declared === undefined)) return own;
  const entries = Object.entries(inner).filter(([, each]) => each !== undefined && each !== null);
  if (entries.length === 0) return at.length === 0 ? [] : own;
  return entries.flatMap(([key, each]) => below(each, declared?.[key]?.shape, [...at, key]));
}

/** The inputs that are set, each once, without indices, in order: `healthCheck.interval`, `tags`. */
export function inputPaths(type: string, inputs: Readonly<Record<string, unknown>>): readonly string[] {
  const declared = inputShape(type);
  const shape: Shape | undefined = declared === undefined ? undefined : { object: declared };
  return [...new Set(below(inputs, shape, []))].sort();
}
