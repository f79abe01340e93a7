import { join } from "node:path";
import { addressChecks } from "../local/doctor/address-checks.ts";
import { machineChecks } from "../local/doctor/machine-checks.ts";
import { spaceChecks } from "../local/doctor/space-needs.ts";
import { proxyCheck } from "../local/doctor/proxy-check.ts";
import { toolChecks } from "../local/doctor/tool-checks.ts";
import { packageCheck, withoutApt } from "../local/doctor/package-checks.ts";
import { versionChecks } from "../local/doctor/version-checks.ts";
import { debianPackages, missingPackages } from "../local/toolchain/debian.ts";
import { missingTools } from "../local/toolchain/install.ts";
import { tools } from "../local/toolchain/tools.ts";
import type { Check } from "../local/doctor/check.ts";
import { checkout } from "./checkout.ts";

/** Packages come first: what this distribution does not have, nothing after it can mend. */
async function allChecks(fetched = false): Promise<readonly Check[]> {
  const configFile = join(checkout, "Pulumi.local.yaml");
  const absentTools = missingTools();
  const packages: Check[] = [];
  let missingShare = 1;
  try {
    const wanted = await debianPackages();
    const absent = await missingPackages(wanted);
    missingShare = absent.length / wanted.length;
    packages.push(await packageCheck(absent, wanted.length, fetched), ...(await versionChecks(configFile)));
  } catch (error) {
    packages.push(withoutApt(error));
  }
  const shares = { missingPackages: missingShare, missingTools: absentTools.length / tools.length };
  return [
    ...packages,
    ...machineChecks(),
    ...(await spaceChecks(shares)),
    ...(await addressChecks(configFile)),
    ...(await toolChecks(absentTools)),
    proxyCheck(process.env),
  ];
}

/** What stops `make up` on this machine, a line each; empty when nothing does. To be asked once apt's lists were fetched. */
export async function blockers(): Promise<readonly string[]> {
  const checks = await allChecks(true);
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
