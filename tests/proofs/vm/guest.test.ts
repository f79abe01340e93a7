import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Guest, realMs } from "./guest.ts";
import { until } from "../../e2e/until.ts";

const path = process.env["PATH"];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "guest-"));
  process.env["PATH"] = `${folder}:${path ?? ""}`;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true });
});

function guestWith(ssh: string, signal: AbortSignal, rate = 1): Guest {
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\n${ssh}\n`);
  chmodSync(join(folder, "ssh"), 0o755);
  const never = new Promise<string>(() => undefined);
  return new Guest({ port: 1, ended: never, stop: () => Promise.resolve() }, folder, rate, signal);
}

it("tells a command's code and what it printed", async () => {
  const guest = guestWith("echo out; exit 3", new AbortController().signal);
  expect(await guest.run("x", { deadline: 60 })).toEqual({ code: 3, output: "out\n", stdout: "out\n" });
  await expect(guest.read("x", { deadline: 60 })).rejects.toThrow('"x" ended with 3\nout');
});

/** As the kept connection does: another process holds the streams when the command's own ssh has ended. */
const holding = 'sleep 600 & echo $! > "$0.pid"; wait';

it.each([
  ["at the deadline", 0.3, undefined, '"x" did not end within 0.3 s of the guest'],
  ["when the run is broken off", 600, new Error("interrupted"), "interrupted"],
])(
  "ends %s, although the kept connection holds the command's streams",
  async (_when, deadline, reason, words) => {
    const abort = new AbortController();
    const ran = guestWith(holding, abort.signal).run("x", { deadline });
    const ended = expect(ran).rejects.toThrow(words);
    const read = async (): Promise<number | undefined> =>
      Number(readFileSync(join(folder, "ssh.pid"), "utf8")) || undefined;
    const holder = await until("the holder's pid", read, 10_000, 20);
    if (reason !== undefined) abort.abort(reason);
    await ended;
    process.kill(holder, "SIGKILL");
  },
);

it("stretches the guest's seconds by its clock's rate", () => {
  expect(realMs(60, 0.05)).toBe(1_200_000);
});
