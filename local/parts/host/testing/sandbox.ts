import { existsSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatCidr, parseAddress } from "../../../cidr.ts";
import { namespaceNames } from "../namespaces.ts";
import { scope } from "../scope.ts";
import { removeFolders, teardown } from "../teardown.ts";
import type { Scope } from "../scope.ts";

/** Names, folders and addresses of a test of its own: any number run beside each other and beside a region. */
export interface Sandbox {
  readonly scope: Scope;
  readonly stateDir: string;
  readonly runDir: string;
  /** A /20 out of 100.65.0.0 to 100.126.255.255, which no VPC and no pods of the project use. */
  readonly vpcCidr: string;
  /** A /25 for routes to hosts. */
  readonly podCidr: string;
  /** `address("1.4")` is the VPC's base with these two last numbers added. */
  address(offset: string): string;
  /** Removes everything; throws with what stayed. */
  clear(): Promise<void>;
}

export function createSandbox(): Sandbox {
  const { number, release } = claimNumber();
  const names = scope(prefixOf(number));
  const root = mkdtempSync(join(tmpdir(), "twinstack-host-"));
  const options = { scope: names, stateDir: join(root, "state"), runDir: join(root, "run") };
  const second = 65 + Math.floor(number / 16);
  const third = (number % 16) * 16;
  return {
    ...options,
    vpcCidr: `100.${second}.${third}.0/20`,
    podCidr: formatCidr({ base: parseAddress("198.18.0.0") + number * 128, prefix: 25 }),
    address: (offset) => {
      const [high = "0", low = "0"] = offset.split(".");
      return `100.${second}.${third + Number(high)}.${low}`;
    },
    async clear() {
      const stayed = await teardown(options);
      if (stayed.length > 0) throw new Error(`left behind: ${stayed.join(", ")}`);
      await removeFolders([root]);
      release();
    },
  };
}

/** Two characters each. */
const NUMBERS = 26 * 36;

function prefixOf(number: number): string {
  return `${String.fromCharCode(97 + (number % 26))}${Math.floor(number / 26).toString(36)}`;
}

/** A number that no other sandbox of this machine has: not by a living process's claim, nor by names that are there. */
function claimNumber(): { readonly number: number; readonly release: () => void } {
  const netns = namespaceNames();
  for (let tried = 0; tried < NUMBERS; tried++) {
    const number = (process.pid + tried) % NUMBERS;
    const prefix = prefixOf(number);
    // `ts` is the region's.
    if (prefix === "ts" || netns.some((name) => name.startsWith(`${prefix}-`))) continue;
    const claim = join(tmpdir(), `twinstack-sandbox-${prefix}`);
    if (holder(claim)?.isAlive === false) rmSync(claim, { force: true });
    try {
      // A link is made with its text in one step, and only where none is.
      symlinkSync(String(process.pid), claim);
      return { number, release: () => rmSync(claim, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
  throw new Error("every sandbox of this machine is taken");
}

/** The process that claimed it; undefined when nobody did. */
function holder(claim: string): { readonly isAlive: boolean } | undefined {
  try {
    return { isAlive: existsSync(`/proc/${readlinkSync(claim)}`) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
