/**
 * Property paths as the engine writes them (`PropertyPath.String` and `ParsePropertyPath` in Pulumi's
 * `sdk/go/common/resource`): `a.b[0]["key.with-signs"]`; `*` stands for every key or index.
 */
export type PathSegment = string | number;
export type PropertyPath = readonly PathSegment[];

export function formatPath(path: PropertyPath): string {
  return path
    .map((segment, index) => {
      if (typeof segment === "number") {
        return `[${segment}]`;
      }
      if (/^[A-Za-z0-9_]+$/.test(segment)) {
        return index === 0 ? segment : `.${segment}`;
      }
      return `["${segment.replaceAll('"', '\\"')}"]`;
    })
    .join("");
}

const SEGMENT = /\.?([^.[]+)|\.?\[(?:"((?:\\"|[^"])*)"|(\d+)|(\*))\]/y;

/** Throws on what is no path, with the text. */
export function parsePath(text: string): PropertyPath {
  const path: PathSegment[] = [];
  SEGMENT.lastIndex = 0;
  while (SEGMENT.lastIndex < text.length) {
    const match = SEGMENT.exec(text);
    if (match === null) {
      throw new Error(
        `"${text}" is no property path: write one such as tags.owner or ingress[0]["some.key"]`,
      );
    }
    const [, name, quoted, index, any] = match;
    path.push(index === undefined ? (name ?? quoted?.replaceAll('\\"', '"') ?? any ?? "") : Number(index));
  }
  return path;
}

/** True when `pattern` names `path` itself or something that contains it: `tags` and `tags.*` cover `tags.owner`. */
export function covers(pattern: PropertyPath, path: PropertyPath): boolean {
  return (
    pattern.length <= path.length &&
    pattern.every((segment, index) => segment === "*" || String(segment) === String(path[index]))
  );
}
