import { AwsError } from "../../aws/model.ts";

/** Parameters of AWS's Query protocol, nested: `A.member.1.B=x` is `{A: [{B: "x"}]}`. */
export interface Parameters {
  readonly [name: string]: Parameter;
}
export type Parameter = string | readonly Parameter[] | Parameters;

interface Node {
  value?: string;
  readonly children: Map<string, Node>;
}

/** Throws MalformedQueryString when a name is a value and a structure at once. */
export function parseQuery(body: string): Parameters {
  const root: Node = { children: new Map() };
  for (const [path, value] of new URLSearchParams(body)) {
    let node = root;
    for (const name of path.split(".")) {
      const child = node.children.get(name) ?? { children: new Map() };
      node.children.set(name, child);
      node = child;
    }
    node.value = value;
  }
  return structure(root);
}

function structure(node: Node): Parameters {
  return Object.fromEntries([...node.children].map(([name, child]) => [name, parameter(name, child)]));
}

function parameter(name: string, node: Node): Parameter {
  if (node.children.size === 0) return node.value ?? "";
  if (node.value !== undefined) {
    throw new AwsError("MalformedQueryString", `'${name}' is given as a value and as a structure`);
  }
  const members = node.children.get("member");
  if (members === undefined || node.children.size > 1) return structure(node);
  return [...members.children]
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([index, child]) => parameter(`${name}.member.${index}`, child));
}

export function textOf(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  if (value === undefined || typeof value === "string") return value;
  throw new AwsError("ValidationError", `'${name}' must be a value`);
}

export function requiredTextOf(parameters: Parameters, name: string): string {
  const value = textOf(parameters, name);
  if (value === undefined || value === "") {
    throw new AwsError("ValidationError", `The request must contain the parameter ${name}`);
  }
  return value;
}

export function listOf(parameters: Parameters, name: string): readonly Parameter[] {
  const value = parameters[name];
  // An empty list is written as a name without a value.
  if (value === undefined || value === "") return [];
  if (isList(value)) return value;
  throw new AwsError("ValidationError", `'${name}' must be a list: ${name}.member.1`);
}

export function textsOf(parameters: Parameters, name: string): readonly string[] {
  return listOf(parameters, name).map((value) => {
    if (typeof value === "string") return value;
    throw new AwsError("ValidationError", `'${name}' must be a list of values`);
  });
}

export function structuresOf(parameters: Parameters, name: string): readonly Parameters[] {
  return listOf(parameters, name).map((value) => {
    if (isStructure(value)) return value;
    throw new AwsError("ValidationError", `'${name}' must be a list of structures`);
  });
}

export function structureOf(parameters: Parameters, name: string): Parameters | undefined {
  const value = parameters[name];
  if (value === undefined || isStructure(value)) return value;
  throw new AwsError("ValidationError", `'${name}' must be a structure`);
}

function isList(value: Parameter): value is readonly Parameter[] {
  return Array.isArray(value);
}
function isStructure(value: Parameter): value is Parameters {
  return typeof value === "object" && !isList(value);
}
