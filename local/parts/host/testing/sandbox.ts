import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
  /** A range for a route to a host. */
  readonly podCidr: string;
  /** `address("1.4")` is the VPC's base with these two last numbers added. */
  address(offset: string): string;
  /** Removes everything; throws with what stayed. */
  clear(): Promise<void>;
}

export function createSandbox(): Sandbox {
  const number = process.pid % 936;
  const prefix = `${String.fromCharCode(97 + (number % 26))}${Math.floor(number / 26).toString(36)}`;
  // `ts` is the region's.
  const names = scope(prefix === "ts" ? "zz" : prefix);
  const root = mkdtempSync(join(tmpdir(), "twinstack-host-"));
  const options = { scope: names, stateDir: join(root, "state"), runDir: join(root, "run") };
  const block = process.pid % 992;
  const second = 65 + Math.floor(block / 16);
  const third = (block % 16) * 16;
  return {
    ...options,
    vpcCidr: `100.${second}.${third}.0/20`,
    podCidr: `198.18.${process.pid % 256}.0/24`,
    address: (offset) => {
      const [high = "0", low = "0"] = offset.split(".");
      return `100.${second}.${third + Number(high)}.${low}`;
    },
    async clear() {
      const stayed = await teardown(options);
      if (stayed.length > 0) throw new Error(`left behind: ${stayed.join(", ")}`);
      removeFolders([root]);
    },
  };
}
