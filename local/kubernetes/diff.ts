import { parsePath } from "../provider/property-path.ts";
import { UNKNOWN, type DiffKind, type DiffResult, type Value, type Values } from "../provider/provider.ts";
import { diffValues, type ChangeKind } from "../provider/schema-diff.ts";
import type { JsonObject } from "../region/protocol.ts";
import { AUTONAMED } from "./identity.ts";
import { at, equal } from "./json.ts";
import type { Kind } from "./kinds.ts";
import { replacesObject, replacingFields } from "./replacements.ts";
import { withoutServerFields } from "./server-fields.ts";
import { mapOf, valueAt } from "./values.ts";

export interface Comparison {
  readonly kind: Kind;
  readonly oldInputs: Values;
  readonly news: Values;
  readonly ignoreChanges: readonly string[];
  /** Undefined for a kind without namespaces. */
  readonly defaultNamespace: string | undefined;
}

/** Changed property path → kind. */
export type Changes = Readonly<Record<string, ChangeKind>>;

/** What the program changed, without what is ignored. An absent namespace is the default one. */
export function changedInputs(comparison: Comparison): Changes {
  const { kind, oldInputs, news, defaultNamespace, ignoreChanges } = comparison;
  // A state may be from when such fields were not left out.
  const olds = withoutServerFields(oldInputs, kind);
  return diffValues(
    withNamespace(olds, defaultNamespace),
    withNamespace(news, defaultNamespace),
    ignoreChanges,
  );
}

/**
 * Drops changes that leave the object as it is: `1000m` for `1`, or a default of the API server that an imported
 * object had in its inputs and the program does not write.
 *
 * @param recorded the object as the state has it
 * @param applied what the API server would make of the new inputs
 */
export function withoutNormalized(changes: Changes, recorded: JsonObject, applied: JsonObject): Changes {
  return Object.fromEntries(
    Object.entries(changes).filter(([text, kind]) => {
      const path = parsePath(text);
      const before = at(recorded, ...path);
      return kind === "add" || before === undefined || !equal(before, at(applied, ...path));
    }),
  );
}

export interface Mutability {
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
}

/** The changes as the engine wants them: which replace, and whether the old object must go first. */
export function toDiffResult(comparison: Comparison, changes: Changes, mutability: Mutability): DiffResult {
  const { kind, news } = comparison;
  const inPlace = kind.kind === "Secret" ? mutability.enableSecretMutable : mutability.enableConfigMapMutable;
  const replacing = replacingFields(kind, inPlace && news["immutable"] !== true);
  const detailed: Record<string, DiffKind> = {};
  for (const [text, change] of Object.entries(changes)) {
    const path = parsePath(text);
    detailed[text] = replacesObject(replacing, path, valueAt(news, path)) ? `${change}-replace` : change;
  }
  return withDeletionOrder({ detailed }, comparison);
}

/** An object whose name was given cannot stand beside its replacement: it is deleted first. */
export function withDeletionOrder(
  result: DiffResult,
  { oldInputs, news, defaultNamespace }: Comparison,
): DiffResult {
  const replaced = Object.values(result.detailed).some((kind) => kind.endsWith("-replace"));
  const old = mapOf(withNamespace(oldInputs, defaultNamespace)["metadata"]);
  const fresh = mapOf(withNamespace(news, defaultNamespace)["metadata"]);
  const autonamed = mapOf(fresh["annotations"])[AUTONAMED] === "true";
  const sameName = old["name"] === fresh["name"] && old["namespace"] === fresh["namespace"];
  return replaced && !autonamed && sameName ? { ...result, deleteBeforeReplace: true } : result;
}

function withNamespace(inputs: Values, namespace: string | undefined): Values {
  const metadata: Value | undefined = inputs["metadata"];
  if (metadata === UNKNOWN) {
    return inputs;
  }
  const { namespace: given, ...rest } = mapOf(metadata);
  const effective = namespace === undefined ? undefined : (given ?? namespace);
  return { ...inputs, metadata: effective === undefined ? rest : { ...rest, namespace: effective } };
}
