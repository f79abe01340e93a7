import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun } from "./run.ts";
import { scope } from "./scope.ts";

/** As in a checkout below /root: its mode is 0700, so that no part's user may enter it. */
describe("a command that a caller in a private folder runs", () => {
  const run = createRun(scope("zz"), () => "/proc/self/ns/net");
  const before = process.cwd();
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-private-"));
    process.chdir(folder);
  });
  afterAll(() => {
    process.chdir(before);
    rmSync(folder, { recursive: true });
  });

  const nobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
  // PostgreSQL's programs do the same to find their own folder, and go back afterwards.
  const leaveAndReturn = 'here=$(readlink /proc/self/cwd) && cd /usr/bin && cd "$here" && pwd';

  it.each([
    ["as another user", {}],
    ["as another user in a host", { host: "node" }],
  ])("finds its way back: %s", async (_where, options) => {
    expect(await run("setpriv", [...nobody, "sh", "-c", leaveAndReturn], options)).toBe("/\n");
  });

  it("as root, too, does not run in the caller's folder", async () => {
    expect(await run("readlink", ["/proc/self/cwd"])).toBe("/\n");
  });
});
