import type { Failure, Value, Values } from "../provider/provider.ts";

/** What an input may be: `integer` is a whole number, `map` a record of strings, `strings` a list of them. */
export interface Input {
  readonly kind: "integer" | "boolean" | "string" | "map" | "strings";
  readonly required?: boolean;
  /** Least value of an integer. */
  readonly least?: number;
  /** What an absent input means; it shows in the outputs, not in the inputs. */
  readonly default?: Value;
}

/** What a resource made: `outputs` holds the computed ones alone, the inputs are added. */
export interface Generated {
  readonly id: string;
  readonly outputs: Values;
}

/** One resource of the random provider. Its rules are those of the official provider's schema (hashicorp/random 3.x). */
export interface RandomResource {
  readonly inputs: Readonly<Record<string, Input>>;
  /** Names of the computed outputs: unknown in a preview. */
  readonly computed: readonly string[];
  /** Those of them that are secret. */
  readonly secrets: readonly string[];
  /** Rules over several inputs; what is unknown in a preview is not given. */
  validate?(inputs: Values): readonly Failure[];
  /** Inputs that stand for each other, made equal before they are compared and used. */
  normalize?(inputs: Values): Values;
  /** Throws in a preview when this machine lacks what `generate` needs. */
  requirements?(): Promise<void>;
  generate(inputs: Values): Promise<Generated>;
  /** Inputs and value from an import id; throws a ProviderError for an id it cannot read. */
  import?(id: string): Promise<Generated & { readonly inputs: Values }>;
}

export const KEEPERS: Input = { kind: "map" };
