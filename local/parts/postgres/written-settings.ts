import { existsSync, readFileSync } from "node:fs";
import { nodeLayout } from "./layout.ts";
import type { Settings } from "./configuration.ts";
import type { Machine } from "../machine.ts";

/** The settings a server was last told; none before its first start. */
export function writtenSettings(machine: Pick<Machine, "dataDir">, host: string): Settings {
  const { written } = nodeLayout(machine, host);
  return existsSync(written) ? (JSON.parse(readFileSync(written, "utf8")) as Settings) : {};
}
