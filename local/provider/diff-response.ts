import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { parsePath, type PropertyPath } from "./property-path.ts";
import type { DiffKind, DiffResult, Value, Values } from "./provider.ts";

const KINDS: Readonly<Record<DiffKind, providerPb.PropertyDiff.Kind>> = {
  add: providerPb.PropertyDiff.Kind.ADD,
  "add-replace": providerPb.PropertyDiff.Kind.ADD_REPLACE,
  delete: providerPb.PropertyDiff.Kind.DELETE,
  "delete-replace": providerPb.PropertyDiff.Kind.DELETE_REPLACE,
  update: providerPb.PropertyDiff.Kind.UPDATE,
  "update-replace": providerPb.PropertyDiff.Kind.UPDATE_REPLACE,
};

/**
 * A diff in the engine's terms. `inputDiff` tells its display where the old value is: in the old inputs when the
 * path is there (or is added), in the old outputs otherwise.
 */
export function diffResponse(diff: DiffResult, oldInputs: Values): providerPb.DiffResponse {
  const response = new providerPb.DiffResponse();
  const changed = new Set<string>();
  const replaced = new Set<string>();
  for (const [text, kind] of Object.entries(diff.detailed)) {
    const path = parsePath(text);
    const root = String(path[0]);
    changed.add(root);
    if (kind.endsWith("-replace")) {
      replaced.add(root);
    }
    const detail = new providerPb.PropertyDiff();
    detail.setKind(KINDS[kind]);
    detail.setInputdiff(kind.startsWith("add") || has(oldInputs, path));
    response.getDetaileddiffMap().set(text, detail);
  }
  const { DIFF_NONE, DIFF_SOME } = providerPb.DiffResponse.DiffChanges;
  response.setChanges(changed.size === 0 ? DIFF_NONE : DIFF_SOME);
  response.setHasdetaileddiff(true);
  response.setDiffsList([...changed]);
  response.setReplacesList([...replaced]);
  response.setStablesList([...(diff.stables ?? [])]);
  response.setDeletebeforereplace(diff.deleteBeforeReplace ?? false);
  return response;
}

function has(values: Values, path: PropertyPath): boolean {
  let value: Value | undefined = values;
  for (const segment of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, segment)) {
      return false;
    }
    value = (value as { readonly [key: string | number]: Value })[segment];
  }
  return true;
}
