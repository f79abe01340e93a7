import { formatPath, type PathSegment } from "../provider/property-path.ts";

/** A name; an index; a map's key, which stands between brackets as it is, dots and brackets included. */
const SEGMENT = /\.?([^.[]+)|\[(\d+)\]|\[(.*?)\](?=[.[]|$)/y;

/**
 * A field as the API server names it (`field.Path` in apimachinery: `data[my key]`, `metadata.annotations[a.b/c]`), as the
 * engine names properties: `data["my key"]`. Of a field that has no name, or none that can be read, it is "".
 */
export function propertyOf(field: string): string {
  const path: PathSegment[] = [];
  SEGMENT.lastIndex = 0;
  if (field === "<nil>") return "";
  while (SEGMENT.lastIndex < field.length) {
    const match = SEGMENT.exec(field);
    if (match === null) return "";
    const [, name, index, key] = match;
    path.push(index === undefined ? (name ?? key ?? "") : Number(index));
  }
  return formatPath(path);
}
