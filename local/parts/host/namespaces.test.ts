import { writeFileSync } from "node:fs";
import { setImmediate as turn } from "node:timers/promises";
import { NETNS, addNamespace, namespaceInode, namespaceNames, removeEmptyFolder } from "./namespaces.ts";
import { createRun } from "./run.ts";
import { createSandbox } from "./testing/sandbox.ts";
import type { Sandbox } from "./testing/sandbox.ts";
import type { Run } from "../machine.ts";

let sandbox: Sandbox;
let run: Run;
let name: string;

beforeEach(() => {
  sandbox = createSandbox();
  name = `${sandbox.scope.prefix}-one`;
  run = createRun(sandbox.scope, () => "");
});
afterEach(() => sandbox.clear());

it("adds beside somebody who removes the empty folder, and lists while it comes and goes", async () => {
  let over = false;
  const rounds = 60;
  const adding = async (): Promise<number> => {
    for (let round = 0; round < rounds; round += 1) {
      await addNamespace(run, name);
      expect(namespaceNames()).toContain(name);
      await run("ip", ["netns", "delete", name]);
    }
    return rounds;
  };
  const removing = async (): Promise<void> => {
    while (!over) {
      await removeEmptyFolder(run);
      expect(namespaceNames()).toEqual(expect.any(Array));
      await turn();
    }
  };
  const removers = [removing(), removing()];
  try {
    expect(await adding()).toBe(rounds);
  } finally {
    over = true;
    await Promise.all(removers);
  }
});

it("does not take another error for a folder that is gone", async () => {
  await addNamespace(run, name);
  await expect(addNamespace(run, name)).rejects.toThrow("File exists");
});

it("tells a namespace from a name that is left of one, and from none", async () => {
  await addNamespace(run, name);
  expect(namespaceInode(`${NETNS}/${name}`)).toBeGreaterThan(0);
  expect(namespaceInode(`${NETNS}/${name}-none`)).toBeUndefined();
  const cutOff = `${sandbox.scope.prefix}-cut`;
  writeFileSync(`${NETNS}/${cutOff}`, "");
  expect(namespaceInode(`${NETNS}/${cutOff}`)).toBeUndefined();
  await sandbox.clear();
  expect(namespaceNames().filter((each) => each.startsWith(`${sandbox.scope.prefix}-`))).toEqual([]);
});
