import type { Value } from "./provider.ts";
import { ARCHIVE_SIGNATURE, ASSET_SIGNATURE, SIGNATURE_KEY } from "./signatures.ts";

/** A file or a folder given to a resource: `text`, `path` or `uri` is set, or only the hash where the engine elides contents (Diff, Read, Delete and old values). */
export interface Asset {
  readonly kind: "asset" | "archive";
  /** SHA-256 of the contents, in hex. */
  readonly hash: string;
  readonly text?: string;
  readonly path?: string;
  readonly uri?: string;
  /** Members of an archive by name. */
  readonly assets?: { readonly [name: string]: Value };
}

/** The asset or archive in `value`; undefined when it is something else. To hand one back, return the value as it came. */
export function asAsset(value: Value | undefined): Asset | undefined {
  if (typeof value !== "object" || value === null || !(SIGNATURE_KEY in value)) {
    return undefined;
  }
  const signature = value[SIGNATURE_KEY];
  if (signature !== ASSET_SIGNATURE && signature !== ARCHIVE_SIGNATURE) {
    return undefined;
  }
  const { hash, text, path, uri, assets } = value;
  return {
    kind: signature === ASSET_SIGNATURE ? "asset" : "archive",
    hash: typeof hash === "string" ? hash : "",
    ...(typeof text === "string" && { text }),
    ...(typeof path === "string" && { path }),
    ...(typeof uri === "string" && { uri }),
    ...(typeof assets === "object" &&
      assets !== null && { assets: assets as { readonly [name: string]: Value } }),
  };
}
