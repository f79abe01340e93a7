import { resolve } from "node:path";

import { asAsset } from "../provider/asset.ts";
import type { Value, Values } from "../provider/provider.ts";
import type { Members } from "./shapes.ts";

/** Files as the region finds them: it runs in another folder than the program, whose folder the plugin shares. */
export function withAbsolutePaths(inputs: Values, members: Members): Values {
  const entries = Object.entries(inputs).map(([key, value]): [string, Value] => {
    const asset = members[key]?.shape === "asset" ? asAsset(value) : undefined;
    if (asset?.path === undefined) return [key, value];
    return [key, { ...(value as Values), path: resolve(asset.path) }];
  });
  return Object.fromEntries(entries);
}
