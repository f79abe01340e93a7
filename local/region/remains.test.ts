import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enterFiles, killTree, removeTree } from "../parts/host/cgroup.ts";
import { describeRemains, remains } from "./remains.ts";
import { claimStateDir } from "./state-dir.ts";
import type { Settings } from "./settings.ts";

describe("what lies there while no region answers", () => {
  let folder: string;
  let settings: Settings;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-remains-"));
    settings = {
      region: "eu-central-1",
      parts: true,
      stateDir: join(folder, "state"),
      runDir: join(folder, "run"),
      socket: join(folder, "run/region.sock"),
      scope: { prefix: "zy", mark: "twinstack-zy" },
      owner: "/home/ada/twinstack",
      lock: "twinstack-zy-remains-test",
      holderPath: join(folder, "holder.json"),
    };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function state(...records: readonly string[]): void {
    claimStateDir(settings.stateDir, settings.owner);
    mkdirSync(join(settings.stateDir, "resources"));
    for (const [index, text] of records.entries()) {
      writeFileSync(join(settings.stateDir, "resources", `00000${index + 1}.json`), text);
    }
  }
  /** A region wrote last an hour before the machine started. */
  function bootedSince(): void {
    const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
    utimesSync(join(settings.stateDir, "resources"), booted - 3600, booted - 3600);
  }
  const words = (): string => {
    const found = remains(settings);
    return found ? describeRemains(found) : "nothing";
  };

  it("is nothing where no folder, no process and no holder is", () => {
    expect(words()).toBe("nothing");
  });

  it("is the state of a stack that a reboot ended", () => {
    state("{}", "{}");
    bootedSince();
    expect(words()).toBe(
      `nothing runs: a reboot ended the stack; the state of 2 resources is in ${settings.stateDir}\n` +
        "It was brought up from /home/ada/twinstack.\n" +
        '"make up" starts it again with its data.\n' +
        '"make down" takes it away.',
    );
  });

  it("does not blame a reboot for what ended in this boot", () => {
    state("{}");
    expect(words().split("\n")[0]).toBe(`nothing runs; the state of 1 resource is in ${settings.stateDir}`);
  });

  it("names a record that a power cut damaged, and does not advise to go on with it", () => {
    state("{}", "", '{"sequence":');
    bootedSince();
    expect(words()).toContain(
      `2 of the records cannot be read (${settings.stateDir}/resources/000002.json), so "make up" cannot go on with it.`,
    );
    expect(words()).not.toContain("starts it again");
  });

  it("is also a run folder alone, and a state folder that was half removed", () => {
    mkdirSync(settings.runDir);
    expect(words()).toContain("nothing runs; the state of 0 resources");
    mkdirSync(settings.stateDir);
    expect(words()).toContain("nothing runs; the state of 0 resources");
  });

  it("counts the processes that a dead region left", async () => {
    state("{}");
    bootedSince();
    const part = spawn("sleep", ["60"]);
    try {
      for (const file of enterFiles("twinstack-zy/box/sleep")) writeFileSync(file, String(part.pid));
      expect(words()).toContain("no region runs; of the stack 1 process does; the state of 1 resource");
      expect(words()).toContain('"make up" takes over what runs.');
    } finally {
      await killTree("twinstack-zy");
      removeTree("twinstack-zy");
    }
  });

  it("names a region that lives and does not answer", () => {
    state();
    const holder = { pid: process.pid, owner: "/home/bob/twinstack", stateDir: "/s", runDir: "/r" };
    writeFileSync(settings.holderPath, JSON.stringify(holder));
    expect(words()).toContain(
      `the region of /home/bob/twinstack (process ${process.pid}) lives and does not answer yet;`,
    );
  });
});
