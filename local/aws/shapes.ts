import { readFileSync } from "node:fs";

/** The structure of an input as the installed SDK declares it. */
export type Shape =
  | "string"
  | "number"
  | "boolean"
  /** JSON text, or the object it would be: the SDK lets a program write policies either way. */
  | "document"
  /** A file, text or folder, as the engine passes them; local/provider/asset.ts reads it. */
  | "asset"
  /** An object whose members are not told: nobody models them, or they contain themselves. */
  | "block"
  | { readonly list: Shape }
  | { readonly map: Shape }
  | { readonly object: Members };

export type Members = Readonly<Record<string, Member>>;
export interface Member {
  readonly shape: Shape;
  readonly required?: true;
}

// Written by write-shapes.ts out of @pulumi/aws; a test keeps it equal to the installed SDK.
const shapes = JSON.parse(readFileSync(new URL("shapes.json", import.meta.url), "utf8")) as Readonly<
  Record<string, Members>
>;

/** The inputs of a resource type or the arguments of a function; undefined when the stand-in has no model of it. */
export function inputShape(token: string): Members | undefined {
  return shapes[token];
}

/** The shape at a path of member names; list and map levels are passed through. */
export function shapeAt(members: Members, path: readonly string[]): Shape | undefined {
  const [head, ...rest] = path;
  if (head === undefined) return { object: members };
  const member = members[head];
  if (member === undefined) return undefined;
  let shape = member.shape;
  while (typeof shape === "object" && !("object" in shape)) shape = "list" in shape ? shape.list : shape.map;
  if (rest.length === 0) return member.shape;
  return typeof shape === "object" ? shapeAt(shape.object, rest) : undefined;
}
