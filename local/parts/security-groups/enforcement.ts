import { setTimeout as delay } from "node:timers/promises";
import { namespaceInode } from "../host/namespaces.ts";
import { CommandError, CommandMissingError } from "../../toolchain/command.ts";
import { compile } from "./compile.ts";
import { ruleset, TABLE } from "./ruleset.ts";
import type { LocalMachine } from "../host/machine.ts";
import type { HostFilter } from "./compile.ts";
import type { Groups } from "./groups.ts";

export interface EnforcementOptions {
  readonly machine: Pick<LocalMachine, "interfaces" | "run">;
  readonly groups: () => Groups;
  readonly prefixList: (id: string) => readonly string[];
  /** A line in the region's log. */
  readonly log: (message: string) => void;
}

export interface Enforcement {
  /** Resolves when every host filters by the record as it was when this was called, or by a later one. */
  apply(): Promise<void>;
  /** Puts back what was changed by hand: AWS gives nobody a way to. */
  repair(): Promise<void>;
}

/** The removal of a host ends what runs in it, this too, before its namespace goes: so long it is waited for. */
const REMOVAL_MS = 10_000;
const KILLED_AGAIN_MS = 100;

/** What a host's namespace holds by our doing. */
interface Applied {
  /** A host that is made anew has another one, without filter. */
  readonly inode: number;
  readonly text: string;
  /** The kernel's own account of it. */
  readonly listing: string;
}

/** Keeps each host's filter at what the record says. Changes that come together are one pass, and only hosts whose filter differs are touched. */
export function createEnforcement({ machine, groups, prefixList, log }: EnforcementOptions): Enforcement {
  const applied = new Map<string, Applied>();
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;

  async function pass(): Promise<void> {
    const interfaces = machine.interfaces();
    const filters = compile({ interfaces, groups: groups(), prefixList });
    for (const host of applied.keys()) if (!filters.has(host)) applied.delete(host);
    const outcomes = await Promise.allSettled(
      interfaces.map(async ({ host, namespacePath }) => {
        const filter = filters.get(host);
        if (filter) await replace(host, namespacePath, filter);
      }),
    );
    const failed = outcomes.filter((outcome) => outcome.status === "rejected");
    if (failed.length > 0)
      throw new AggregateError(
        failed.map(({ reason }) => reason as Error),
        reasons(failed),
      );
  }

  async function replace(host: string, namespacePath: string, filter: HostFilter): Promise<void> {
    // One that is about to be made comes again, before it is connected.
    const inode = namespaceInode(namespacePath);
    if (inode === undefined) return;
    const text = ruleset(filter);
    const known = applied.get(host);
    if (known?.inode === inode && known.text === text) return;
    applied.delete(host);
    const end = Date.now() + REMOVAL_MS;
    for (;;) {
      try {
        const listing = await machine.run("sh", ["-c", `nft -f - && exec nft list table ${TABLE}`], {
          host,
          input: text,
        });
        applied.set(host, { inode, text, listing });
        return;
      } catch (error) {
        // Removed meanwhile: there is nothing to filter.
        if (namespaceInode(namespacePath) !== inode) return;
        if (!wasKilled(error) || Date.now() > end) {
          const { message } = error as Error;
          throw new Error(`the security groups of host ${host}: ${message}`, { cause: error });
        }
        await delay(KILLED_AGAIN_MS);
      }
    }
  }

  async function isIntact(host: string, { listing }: Applied): Promise<boolean> {
    try {
      return (await machine.run("nft", ["list", "table", ...TABLE.split(" ")], { host })) === listing;
    } catch {
      // No such table, or no such host any more: the next pass knows.
      return false;
    }
  }

  function apply(): Promise<void> {
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        running = pass();
        return running;
      });
    return waiting;
  }

  return {
    apply,
    async repair() {
      await running.catch(() => undefined);
      const before = [...applied];
      const intact = await Promise.all(before.map(([host, known]) => isIntact(host, known)));
      const changed = before.filter(([host, known], index) => !intact[index] && applied.get(host) === known);
      if (changed.length === 0) return;
      for (const [host] of changed) applied.delete(host);
      await apply();
      const restored = changed.map(([host]) => host).filter((host) => applied.has(host));
      if (restored.length > 0)
        log(`security groups: put back on ${restored.join(", ")}, where they were changed by hand`);
    },
  };
}

function wasKilled(error: unknown): boolean {
  const isMissing = error instanceof CommandMissingError;
  return error instanceof CommandError && !isMissing && error.exitCode === null;
}

function reasons(failed: readonly PromiseRejectedResult[]): string {
  return failed.map(({ reason }) => (reason as Error).message).join("; ");
}
