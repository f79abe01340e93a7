/** Reads the inputs of every modelled resource and function from the type declarations of the installed @pulumi/aws. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import ts from "typescript";

import { modelledFunctions, modelledTypes, resourceModel } from "./services/index.ts";
import type { Members, Shape } from "./shapes.ts";

const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/aws/package.json"));

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, false);
}

/** Interfaces by `module.Name`, as `inputs.` refers to them. */
function nestedInterfaces(): ReadonlyMap<string, ts.InterfaceDeclaration> {
  const found = new Map<string, ts.InterfaceDeclaration>();
  const visit = (statements: readonly ts.Statement[], prefix: string): void => {
    for (const statement of statements) {
      if (ts.isInterfaceDeclaration(statement)) found.set(prefix + statement.name.text, statement);
      if (ts.isModuleDeclaration(statement) && statement.body && ts.isModuleBlock(statement.body)) {
        visit(statement.body.statements, `${prefix}${statement.name.text}.`);
      }
    }
  };
  visit(parse(join(sdk, "types", "input.d.ts")).statements, "");
  return found;
}

function entityName(name: ts.EntityName): string {
  return ts.isIdentifier(name) ? name.text : `${entityName(name.left)}.${name.right.text}`;
}

/** Where in a type's declaration the extractor is. */
interface Position {
  /** Names of the declarations it is inside of. */
  readonly open: readonly string[];
  /** Property path without indices. */
  readonly path: readonly string[];
  /** Paths that the model refuses whole: what is below them would only fill the file. */
  readonly refused: ReadonlySet<string>;
}

class Extractor {
  private readonly nested = nestedInterfaces();

  members(declaration: ts.InterfaceDeclaration, at: Position): Members {
    const members: Record<string, { shape: Shape; required?: true }> = {};
    for (const member of declaration.members) {
      if (!ts.isPropertySignature(member) || !member.type || !ts.isIdentifier(member.name)) continue;
      const shape = this.shape(member.type, { ...at, path: [...at.path, member.name.text] });
      members[member.name.text] = member.questionToken ? { shape } : { shape, required: true };
    }
    return members;
  }

  private shape(node: ts.TypeNode, at: Position): Shape {
    if (ts.isArrayTypeNode(node)) return { list: this.shape(node.elementType, at) };
    if (ts.isUnionTypeNode(node)) return this.union(node, at);
    if (ts.isTypeLiteralNode(node)) return this.map(node, at);
    if (ts.isTypeReferenceNode(node)) return this.reference(node, at);
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword:
        return "string";
      case ts.SyntaxKind.NumberKeyword:
        return "number";
      case ts.SyntaxKind.BooleanKeyword:
        return "boolean";
      default:
        throw new Error(`no shape for the type ${ts.SyntaxKind[node.kind]}`);
    }
  }

  /** `T | undefined`, `string | Role`, `string | PolicyDocument`: the plain form is what crosses the wire. */
  private union(node: ts.UnionTypeNode, at: Position): Shape {
    const some = node.types.filter((type) => type.kind !== ts.SyntaxKind.UndefinedKeyword);
    if (
      some.some((type) => ts.isTypeReferenceNode(type) && /PolicyDocument$/.test(entityName(type.typeName)))
    ) {
      return "document";
    }
    const plain = some.find((type) => type.kind === ts.SyntaxKind.StringKeyword) ?? some[0];
    if (plain === undefined) throw new Error("a union of nothing");
    return this.shape(plain, at);
  }

  private map(node: ts.TypeLiteralNode, at: Position): Shape {
    const [index] = node.members;
    if (index === undefined || !ts.isIndexSignatureDeclaration(index))
      throw new Error("an inline object type");
    return { map: this.shape(index.type, at) };
  }

  private reference(node: ts.TypeReferenceNode, at: Position): Shape {
    const name = entityName(node.typeName);
    const argument = node.typeArguments?.[0];
    if (name === "pulumi.Input" && argument) return this.shape(argument, at);
    // Strings by another name.
    if (name.startsWith("enums.") || name === "ARN" || name === "Region") return "string";
    if (name.startsWith("pulumi.asset.")) return "asset";
    const declaration = name.startsWith("inputs.") ? this.nested.get(name.slice(7)) : undefined;
    if (!declaration) throw new Error(`no declaration of ${name}`);
    if (at.open.includes(name) || (at.path.length > 1 && at.refused.has(at.path.join(".")))) return "block";
    return { object: this.members(declaration, { ...at, open: [...at.open, name] }) };
  }
}

/** `aws:ec2/vpc:Vpc` → ec2/vpc.d.ts and VpcArgs; `aws:index/getRegion:getRegion` → getRegion.d.ts and GetRegionArgs. */
function argsOf(token: string): { file: string; name: string } {
  const [, module = "", member = ""] = token.split(":");
  const file = join(sdk, `${module.replace(/^index\//, "")}.d.ts`);
  return { file, name: `${member.charAt(0).toUpperCase()}${member.slice(1)}Args` };
}

/** The inputs of every modelled token, as the installed SDK declares them. */
export function extractShapes(): Record<string, Members> {
  const extractor = new Extractor();
  const shapes: Record<string, Members> = {};
  for (const token of [...modelledTypes(), ...modelledFunctions()]) {
    const { file, name } = argsOf(token);
    const declaration = parse(file)
      .statements.filter(ts.isInterfaceDeclaration)
      .find((statement) => statement.name.text === name);
    if (!declaration) throw new Error(`${file} does not declare ${name}`);
    const refused = new Set(resourceModel(token)?.notModelled ?? []);
    shapes[token] = extractor.members(declaration, { open: [], path: [], refused });
  }
  return shapes;
}
