import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRegion } from "./aws-fixture/stack.ts";
import { processesWith } from "./harness.ts";

it("leaves no process behind when a region does not answer in time", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstack-mute-"));
  const program = join(folder, "mute.mjs");
  await writeFile(program, "setInterval(() => undefined, 1000);\n");
  const started = startRegion({ ...process.env, TWINSTACK_RUN: folder }, { program, withinS: 0.2 });
  await expect(started).rejects.toThrow("the region answers: not within 0.2 s");
  expect(await processesWith(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});
