import type { TypeFacts } from "./facts.ts";
import { inputShape, shapeAt, type Members } from "./shapes.ts";

function camel(snake: string): string {
  return snake.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Pulumi's names for a Terraform name: as it is, and the plurals it gives to blocks that may repeat. */
function spellings(snake: string): readonly string[] {
  const name = camel(snake);
  return [name, `${name}s`, `${name}es`, name.replace(/y$/, "ies")];
}

/** A path of Terraform names below a property, in the SDK's names; undefined when the SDK has no such input. */
export function pulumiPath(members: Members, property: string, terraform: string): string | undefined {
  const path = [property];
  for (const segment of terraform.split(".")) {
    const name = spellings(segment).find((spelling) => shapeAt(members, [...path, spelling]) !== undefined);
    if (name === undefined) return undefined;
    path.push(name);
  }
  return path.join(".");
}

const cache = new Map<string, readonly string[]>();

/** Property paths (without indices) whose change replaces the resource. */
export function replacePaths(type: string, facts: TypeFacts): readonly string[] {
  const cached = cache.get(type);
  if (cached) return cached;
  const members = inputShape(type) ?? {};
  const paths: string[] = [];
  for (const [key, property] of Object.entries(facts.properties)) {
    // A resource lives in one region; the real provider replaces it when that changes.
    if (property.replaces === true || key === "region") paths.push(key);
    for (const inner of property.nestedReplaces ?? []) {
      const path = pulumiPath(members, key, inner);
      if (path !== undefined) paths.push(path);
    }
  }
  cache.set(type, paths);
  return paths;
}
