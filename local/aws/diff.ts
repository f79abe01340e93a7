import type { DiffKind, DiffResult, Values } from "../provider/provider.ts";
import { UNKNOWN } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { isAutonamed, withoutDefaults } from "./autoname.ts";
import {
  changedLeaves,
  detailed,
  plainPath,
  sameValue,
  type Change,
  type Comparison,
} from "./diff-values.ts";
import { isSet, staysWithout, type TypeFacts } from "./facts.ts";
import type { ResourceModel } from "./model.ts";
import { replacePaths } from "./replace-paths.ts";

/** Lists that are sets: by the facts table the outer ones, by the model the inner ones. Documents are the model's. */
function comparison(model: ResourceModel, facts: TypeFacts): Comparison {
  return {
    isSet: (path) => isSet(facts.properties[path]) || (model.sets ?? []).includes(path),
    documentKind: (path) => model.documents?.[path],
  };
}

function changes(
  oldInputs: Values,
  oldOutputs: Values,
  news: Values,
  model: ResourceModel,
  facts: TypeFacts,
): readonly Change[] {
  const by = comparison(model, facts);
  const changed: Change[] = [];
  for (const key of new Set([...Object.keys(oldInputs), ...Object.keys(news)])) {
    const old = oldInputs[key];
    const now = news[key];
    // Not asked for any more: the real provider keeps what is there.
    if (now === undefined && staysWithout(key, model, facts)) continue;
    // Newly asked for what is there already, as after an import.
    if (old === undefined && sameValue(oldOutputs[key], now, key, by)) continue;
    changed.push(...changedLeaves(old, now, [key], by));
  }
  return changed.filter(
    ({ path, kind }) => kind !== "delete" || !(model.computed ?? []).includes(plainPath(path)),
  );
}

/**
 * The real provider deletes first when the name was given and stays (it cannot exist twice), or where it
 * says so for the type. For a made name without random characters the engine itself has the old one deleted first.
 */
function deletesFirst(model: ResourceModel, name: string, oldInputs: Values, news: Values): boolean {
  if (model.deleteBeforeReplace === true) return true;
  if (!model.autoname) return false;
  const given = news[model.autoname.property];
  if (given === undefined || isAutonamed(model.autoname, name, news)) return false;
  return given === oldInputs[model.autoname.property];
}

/** Old inputs and outputs against new inputs, as the real provider would call it. */
export function diffResource(
  model: ResourceModel,
  facts: TypeFacts,
  name: string,
  oldInputs: Values,
  oldOutputs: Values,
  news: Values,
): DiffResult {
  const changed = changes(withoutDefaults(oldInputs), oldOutputs, withoutDefaults(news), model, facts);
  // A condition cannot be judged on what is not known yet; the update after the preview knows it.
  const known = (values: Values): JsonObject =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== UNKNOWN)) as JsonObject;
  const conditional = model.replaces?.(known(oldInputs), known(news)) ?? [];
  const replacing = [...replacePaths(model.type, facts), ...conditional];
  const kinds = changed.map(({ path, kind }): Change => {
    const plain = plainPath(path);
    const replaces = replacing.some(
      (entry) => plain === entry || plain.startsWith(`${entry}.`) || entry.startsWith(`${plain}.`),
    );
    return { path, kind: replaces ? (`${kind}-replace` as DiffKind) : kind };
  });
  return kinds.some(({ kind }) => kind.endsWith("-replace"))
    ? { detailed: detailed(kinds), deleteBeforeReplace: deletesFirst(model, name, oldInputs, news) }
    : { detailed: detailed(kinds), stables: stables(facts) };
}

/** Outputs an update never changes: who and where the resource is. */
function stables(facts: TypeFacts): readonly string[] {
  return ["arn", "ownerId", "region", "name"].filter((key) => {
    const property = facts.properties[key];
    return (
      property !== undefined && (property.in === "none" || property.replaces === true || key === "region")
    );
  });
}
