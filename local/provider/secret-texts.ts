import { asAsset } from "./asset.ts";
import type { PathSegment, PropertyPath } from "./property-path.ts";
import { Secret, UNKNOWN, type Value } from "./provider.ts";
import { isSensitiveName } from "./sensitive-names.ts";

/** What to hide of a secret value. */
export interface SecretTexts {
  /** Texts that are secret as a whole and piece by piece. */
  readonly pieces: readonly string[];
  /** Documents whose keys are no secret, but the whole of which must not be shown. */
  readonly wholes: readonly string[];
  /** Numbers and booleans, as they are written. */
  readonly words: readonly string[];
}

/** Every text in a secret: its leaves, what JSON text in it says, and what base64 in it says. Keys are names, no secrets. */
export function secretTexts(value: Value): SecretTexts {
  const pieces = new Set<string>();
  const wholes = new Set<string>();
  const words = new Set<string>();
  const collect = (item: Value | undefined): void => {
    if (item === null || item === undefined || item === UNKNOWN || item === "") return;
    if (typeof item === "number" || typeof item === "boolean") {
      words.add(String(item));
    } else if (item instanceof Secret) {
      collect(item.value);
    } else if (typeof item === "string") {
      const document = parseDocument(item);
      if (document === undefined) {
        pieces.add(item);
        const decoded = plainBase64(item);
        if (decoded !== undefined) collect(decoded);
      } else {
        wholes.add(item);
        collect(document);
      }
    } else {
      Object.values(asAsset(item) === undefined ? item : { text: asAsset(item)?.text ?? "" }).forEach(
        collect,
      );
    }
  };
  collect(value);
  return { pieces: [...pieces], wholes: [...wholes], words: [...words] };
}

/** The object or list that a text is as JSON; undefined for every other text. */
export function parseDocument(text: string): Value | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** What base64 stands for, when it is text that can be read. */
function plainBase64(text: string): string | undefined {
  if (text.length < 8 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, "base64").toString("utf8");
  return /^[\x20-\x7e\s]+$/.test(decoded) ? decoded : undefined;
}

/** What stands under `secret` or `imagePullSecrets` in Kubernetes, and `secrets` in ECS: which one, and not what is in it. */
const REFERENCE = new Set([
  "name",
  "namespace",
  "secretName",
  "secretArn",
  "valueFrom",
  "items",
  "optional",
  "defaultMode",
]);

/** Whether a value only names secrets: their names are in every list of them, and whoever looks for a pod needs them. */
function isReference(value: Value | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0 && (value as readonly Value[]).every(isReference);
  if (typeof value !== "object" || value === null || value instanceof Secret) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => REFERENCE.has(key));
}

/** Values in `value`, JSON texts in it included, that are secret by their names, each with its path. */
export function sensitiveByName(
  value: Value,
  path: readonly PathSegment[] = [],
): readonly { readonly path: PropertyPath; readonly value: Value }[] {
  const name = path.findLast((segment) => typeof segment === "string");
  const inner = typeof value === "string" ? parseDocument(value) : value;
  if (typeof name === "string" && isSensitiveName(name)) return isReference(inner) ? [] : [{ path, value }];
  if (typeof inner !== "object" || inner === null || inner instanceof Secret) return [];
  // A path ends at JSON text: what is inside has no path of the program's.
  const at = (segment: PathSegment): readonly PathSegment[] => [...path, segment];
  const found = Array.isArray(inner)
    ? (inner as readonly Value[]).flatMap((item, index) => sensitiveByName(item, at(index)))
    : Object.entries(inner).flatMap(([key, item]) => sensitiveByName(item, at(key)));
  return typeof value === "string" ? found.map((each) => ({ path, value: each.value })) : found;
}
