import { readFileSync } from "node:fs";

import type { Json } from "../region/protocol.ts";
import type { ResourceModel } from "./model.ts";

/** A Terraform type: `"string"`, `["set", "string"]`, `["object", {…}]`. */
export type TerraformType =
  "string" | "number" | "bool" | readonly [string, TerraformType | Readonly<Record<string, TerraformType>>];

/** What the real provider declares about one property; names are Pulumi's unless said otherwise. */
export interface PropertyFacts {
  /** `none`: output only. */
  readonly in: "required" | "optional" | "none";
  /** The provider fills it when absent; leaving an input out that was given before is then no change. */
  readonly computed?: boolean;
  readonly replaces?: boolean;
  /** Inner paths, Terraform names (`elastic_load_balancing.enabled`), whose change replaces the resource. */
  readonly nestedReplaces?: readonly string[];
  readonly default?: Json;
  /** By inner path, Terraform names. */
  readonly nestedDefaults?: Readonly<Record<string, Json>>;
  readonly maxItems?: number;
  readonly secret?: boolean;
  readonly conflictsWith?: readonly string[];
  readonly requiredWith?: readonly string[];
  readonly exactlyOneOf?: readonly string[];
  readonly atLeastOneOf?: readonly string[];
  /** Absent for nested blocks: their shape is in shapes.json. */
  readonly type?: TerraformType;
}

export interface TypeFacts {
  readonly terraform: string;
  /** Properties of the SDK that are newer than the provider source the facts were read from. */
  readonly notInSource?: readonly string[];
  readonly properties: Readonly<Record<string, PropertyFacts>>;
}

type FactsFile = { readonly _about: string } & Readonly<Record<string, TypeFacts>>;

// `_about` names the file's source (terraform-provider-aws, MPL-2.0) and the meaning of its columns.
const file = JSON.parse(readFileSync(new URL("facts.json", import.meta.url), "utf8")) as FactsFile;

/** Where the facts come from and under what licence. */
export const factsSource: string = file._about;

/** Every type token the facts table knows; far more than the stand-in models. */
export const factTypes: readonly string[] = Object.keys(file).filter((key) => key !== "_about");

/** The facts of a type token such as `aws:ec2/vpc:Vpc`; undefined when the table lacks it. */
export function typeFacts(type: string): TypeFacts | undefined {
  return type === "_about" ? undefined : file[type];
}

export function isSet(facts: PropertyFacts | undefined): boolean {
  return Array.isArray(facts?.type) && facts.type[0] === "set";
}

/** Whether an output stays when its input is not given any more: the service's own, or filled in by it. */
export function staysWithout(key: string, model: ResourceModel, facts: TypeFacts): boolean {
  const property = facts.properties[key];
  if (property === undefined || property.in === "none" || property.computed === true) return true;
  return (model.computed ?? []).includes(key);
}
