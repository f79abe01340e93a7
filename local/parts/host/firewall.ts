import { CommandError } from "./run.ts";
import type { Run } from "../machine.ts";
import type { Scope } from "./scope.ts";

/**
 * Lets the VPC's traffic through the machine where its policy drops what it forwards (Docker and most firewalls
 * set that). Nothing is added where the policy accepts.
 */
export async function allowForwarding(run: Run, scope: Scope, bridge: string): Promise<void> {
  const rules = await listForward(run);
  if (rules === undefined || rules.includes("-P FORWARD ACCEPT")) return;
  for (const direction of ["-i", "-o"]) {
    const rule = [direction, bridge, "-m", "comment", "--comment", scope.mark, "-j", "ACCEPT"];
    if (await has(run, rule)) continue;
    await run("iptables", ["-w", "-I", "FORWARD", "1", ...rule]);
  }
}

/** Removes our rules of one bridge, or of all when none is named; answers the rules that stayed. */
export async function removeForwarding(run: Run, scope: Scope, bridge?: string): Promise<readonly string[]> {
  const stayed: string[] = [];
  for (const rule of (await listForward(run)) ?? []) {
    const words = rule.split(" ").map((word) => word.replaceAll('"', ""));
    const comment = words[words.indexOf("--comment") + 1];
    if (words[0] !== "-A" || !words.includes("--comment") || comment !== scope.mark) continue;
    if (bridge !== undefined && !words.includes(bridge)) continue;
    await run("iptables", ["-w", "-D", ...words.slice(1)]).catch((error: unknown) => {
      stayed.push(`firewall rule "${rule}": ${(error as Error).message}`);
    });
  }
  return stayed;
}

async function has(run: Run, rule: readonly string[]): Promise<boolean> {
  return run("iptables", ["-w", "-C", "FORWARD", ...rule]).then(
    () => true,
    (error: unknown) => {
      if (error instanceof CommandError && error.exitCode === 1) return false;
      throw error;
    },
  );
}

/** Undefined when this machine has no iptables: then it has no iptables policy either. */
async function listForward(run: Run): Promise<readonly string[] | undefined> {
  try {
    return (await run("iptables", ["-w", "-S", "FORWARD"])).trim().split("\n");
  } catch (error) {
    if (error instanceof CommandError && error.exitCode === null) return undefined;
    throw error;
  }
}
