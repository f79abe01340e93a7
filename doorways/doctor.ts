import { join } from "node:path";
import { addressChecks } from "../local/doctor/address-checks.ts";
import { machineChecks } from "../local/doctor/machine-checks.ts";
import { spaceChecks } from "../local/doctor/space-needs.ts";
import { toolChecks, whatIsAbsent } from "../local/doctor/tool-checks.ts";
import { debianPackages } from "../local/toolchain/debian.ts";
import { tools } from "../local/toolchain/tools.ts";
import type { Check } from "../local/doctor/check.ts";
import { checkout } from "./checkout.ts";

async function allChecks(): Promise<readonly Check[]> {
  const configFile = join(checkout, "Pulumi.local.yaml");
  const absent = await whatIsAbsent();
  const shares = {
    missingPackages: absent.packages.length / debianPackages.length,
    missingTools: absent.tools.length / tools.length,
  };
  return [
    ...machineChecks(),
    ...(await spaceChecks(shares)),
    ...(await addressChecks(configFile)),
    ...(await toolChecks(absent)),
  ];
}

/** What stops `make up` on this machine, a line each; empty when nothing does. */
export async function blockers(): Promise<readonly string[]> {
  const checks = await allChecks();
  return checks
    .filter(({ state }) => state === "blocks")
    .map(({ name, found, fix }) => `${name}: ${found}. ${fix}`);
}

const marks = { ok: "ok", missing: "missing", blocks: "BLOCKS" } as const;

/** One line a check, and for what is not well the line below it says what to do. */
export function render(checks: readonly Check[]): string {
  return checks
    .map(({ name, state, found, fix }) => {
      const line = `  ${marks[state].padEnd(8)} ${name.padEnd(16)} ${found}\n`;
      return fix === "" ? line : `${line}${" ".repeat(28)}→ ${fix}\n`;
    })
    .join("");
}

export async function doctor(): Promise<void> {
  const checks = await allChecks();
  process.stdout.write(render(checks));
  if (checks.some(({ state }) => state === "blocks")) process.exitCode = 1;
}
