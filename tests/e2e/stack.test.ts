import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enterFiles, killTree, removeTree } from "../../local/parts/host/cgroup.ts";
import { ownStack, takeDown } from "./stack.ts";

// A scope of their own: the machine's one stack is not theirs.

const folder = mkdtempSync(join(tmpdir(), "twinstack-own-stack-"));
const state = join(folder, "state");
const passphrase = join(state, "passphrase");
const before = { ...process.env };

beforeAll(() => {
  Object.assign(process.env, {
    TWINSTACK_SCOPE: "os",
    TWINSTACK_STATE: state,
    TWINSTACK_RUN: join(folder, "run"),
  });
});
beforeEach(() => {
  mkdirSync(state);
  mkdirSync(join(folder, "run"));
  writeFileSync(passphrase, "a person's");
});
afterEach(() => {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  process.env = before;
});

it("sets the state of a stack that died aside for the tests and puts it back", async () => {
  await ownStack();
  expect(readdirSync(folder)).toEqual(["state.set-aside-by-tests"]);
  await takeDown();
  expect(readdirSync(folder)).toEqual(["state"]);
  expect(readFileSync(passphrase, "utf8")).toBe("a person's");
});

it("gives back the person's state, not that of tests that were interrupted", async () => {
  await ownStack();
  mkdirSync(state);
  writeFileSync(passphrase, "the tests'");
  await ownStack();
  await takeDown();
  expect(readFileSync(passphrase, "utf8")).toBe("a person's");
});

it("refuses one that lives, and does not take it down afterwards", async () => {
  const part = spawn("sleep", ["60"]);
  try {
    for (const file of enterFiles("twinstack-os")) writeFileSync(file, `${part.pid}`);
    await expect(ownStack()).rejects.toThrow(`a stack is up on this machine (${state})`);
    await takeDown();
    expect(existsSync(passphrase)).toBe(true);
    expect(part.exitCode).toBeNull();
    expect(part.signalCode).toBeNull();
  } finally {
    await killTree("twinstack-os");
    removeTree("twinstack-os");
  }
});
