/** Writes shapes.json. Run it after the SDK is upgraded or a model is added: `node local/aws/write-shapes.ts`. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { format, resolveConfig } from "prettier";

import { extractShapes } from "./extract-shapes.ts";

const path = fileURLToPath(new URL("shapes.json", import.meta.url));
const options = (await resolveConfig(path)) ?? {};
writeFileSync(path, await format(JSON.stringify(extractShapes()), { ...options, parser: "json" }));
