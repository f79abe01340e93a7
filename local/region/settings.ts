import { createHash } from "node:crypto";
import { join } from "node:path";
import { regionSocket, runDir, stateDir } from "../paths.ts";
import { scope } from "../parts/host/scope.ts";
import { RegionError } from "./region-error.ts";
import type { Scope } from "../parts/host/scope.ts";

export interface Settings {
  readonly region: string;
  /** False: resources are recorded and nothing runs; needs no root. */
  readonly parts: boolean;
  readonly stateDir: string;
  readonly runDir: string;
  readonly socket: string;
  readonly scope: Scope;
  /** The checkout this code runs from. */
  readonly owner: string;
  /** What one region at a time may hold: the machine with parts, the folder without. */
  readonly lock: string;
  readonly holderPath: string;
}

/** sysexits(3) EX_TEMPFAIL: what a region ends with that finds the machine held. */
export const HELD = 75;

/** Where the holder says who it is. */
export function holderPath(parts: boolean): string {
  return parts ? `/run/${scope().mark}-region.json` : join(runDir(), "holder.json");
}

/** From the environment; throws a RegionError that names the variable, its value and what to write. */
export function settings(): Settings {
  const region = process.env["TWINSTACK_REGION"] ?? "eu-central-1";
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new RegionError(
      "InvalidSetting",
      `TWINSTACK_REGION: "${region}" is not a region; write e.g. "eu-central-1"`,
    );
  }
  const wanted = process.env["TWINSTACK_PARTS"] ?? "on";
  if (wanted !== "on" && wanted !== "off") {
    throw new RegionError("InvalidSetting", `TWINSTACK_PARTS: "${wanted}" is neither "on" nor "off"`);
  }
  const parts = wanted === "on";
  const names = scope();
  const folder = createHash("sha256").update(runDir()).digest("hex").slice(0, 16);
  return {
    region,
    parts,
    stateDir: stateDir(),
    runDir: runDir(),
    socket: regionSocket(),
    scope: names,
    owner: join(import.meta.dirname, "../.."),
    lock: parts ? `${names.mark}-region` : `twinstack-records-${folder}`,
    holderPath: holderPath(parts),
  };
}
