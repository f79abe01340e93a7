import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { overlaps, parseCidr } from "../../../cidr.ts";
import { createSandbox } from "./sandbox.ts";

describe("createSandbox", () => {
  it("gives no two at a time a name or an address in common", async () => {
    const sandboxes = Array.from({ length: 5 }, createSandbox);
    try {
      expect(new Set(sandboxes.map(({ scope }) => scope.prefix)).size).toBe(5);
      for (const [index, one] of sandboxes.entries()) {
        for (const other of sandboxes.slice(index + 1)) {
          expect(overlaps(parseCidr(one.vpcCidr), parseCidr(other.vpcCidr))).toBe(false);
          expect(overlaps(parseCidr(one.podCidr), parseCidr(other.podCidr))).toBe(false);
        }
      }
    } finally {
      for (const sandbox of sandboxes) await sandbox.clear();
    }
  });

  it("passes over names that are in use on this machine, and takes over what a dead process claimed", async () => {
    const first = createSandbox();
    const { prefix } = first.scope;
    await first.clear();
    execFileSync("ip", ["netns", "add", `${prefix}-other`]);
    try {
      const second = createSandbox();
      expect(second.scope.prefix).not.toBe(prefix);
      await second.clear();
    } finally {
      execFileSync("ip", ["netns", "delete", `${prefix}-other`]);
    }
    const { pid } = JSON.parse(
      execFileSync(process.execPath, ["-p", "JSON.stringify({ pid: process.pid })"], { encoding: "utf8" }),
    ) as { pid: number };
    symlinkSync(String(pid), join(tmpdir(), `twinstack-sandbox-${prefix}`));
    const third = createSandbox();
    expect(third.scope.prefix).toBe(prefix);
    await third.clear();
  });
});
