/** Reads the inputs of every modelled resource and function from the type declarations of the installed @pulumi/aws. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import ts from "typescript";

import { modelledFunctions, modelledTypes } from "./services/index.ts";
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

class Extractor {
  private readonly nested = nestedInterfaces();

  members(declaration: ts.InterfaceDeclaration, open: readonly string[]): Members {
    const members: Record<string, { shape: Shape; required?: true }> = {};
    for (const member of declaration.members) {
      if (!ts.isPropertySignature(member) || !member.type || !ts.isIdentifier(member.name)) continue;
      const shape = this.shape(member.type, open);
      members[member.name.text] = member.questionToken ? { shape } : { shape, required: true };
    }
    return members;
  }

  private shape(node: ts.TypeNode, open: readonly string[]): Shape {
    if (ts.isArrayTypeNode(node)) return { list: this.shape(node.elementType, open) };
    if (ts.isUnionTypeNode(node)) return this.union(node, open);
    if (ts.isTypeLiteralNode(node)) return this.map(node, open);
    if (ts.isTypeReferenceNode(node)) return this.reference(node, open);
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
  private union(node: ts.UnionTypeNode, open: readonly string[]): Shape {
    const some = node.types.filter((type) => type.kind !== ts.SyntaxKind.UndefinedKeyword);
    if (
      some.some((type) => ts.isTypeReferenceNode(type) && /PolicyDocument$/.test(entityName(type.typeName)))
    ) {
      return "document";
    }
    const plain = some.find((type) => type.kind === ts.SyntaxKind.StringKeyword) ?? some[0];
    if (plain === undefined) throw new Error("a union of nothing");
    return this.shape(plain, open);
  }

  private map(node: ts.TypeLiteralNode, open: readonly string[]): Shape {
    const [index] = node.members;
    if (index === undefined || !ts.isIndexSignatureDeclaration(index))
      throw new Error("an inline object type");
    return { map: this.shape(index.type, open) };
  }

  private reference(node: ts.TypeReferenceNode, open: readonly string[]): Shape {
    const name = entityName(node.typeName);
    const argument = node.typeArguments?.[0];
    if (name === "pulumi.Input" && argument) return this.shape(argument, open);
    // Strings by another name.
    if (name.startsWith("enums.") || name === "ARN" || name === "Region") return "string";
    const declaration = name.startsWith("inputs.") ? this.nested.get(name.slice(7)) : undefined;
    if (!declaration) throw new Error(`no declaration of ${name}`);
    if (open.includes(name)) throw new Error(`${name} contains itself`);
    return { object: this.members(declaration, [...open, name]) };
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
    shapes[token] = extractor.members(declaration, []);
  }
  return shapes;
}
