import { command } from "./command.ts";

const never = new AbortController().signal;

describe("a command of the host", () => {
  it("rejects with its code and the end of what it printed", async () => {
    const failing = command("sh", ["-c", "echo out; echo no space left >&2; exit 3"], never);
    await expect(failing).rejects.toThrow(/^sh ended with 3: (out\n)?no space left/);
  });

  it("ends with all that it started when the run is broken off", async () => {
    const abort = new AbortController();
    const reason = new Error("interrupted");
    // The pipe stays open for as long as the child of the shell lives, and the command is waited for until it is closed.
    const running = command("sh", ["-c", "sleep 600 & wait"], abort.signal);
    abort.abort(reason);
    await expect(running).rejects.toBe(reason);
  });

  it("does not start when the run is broken off already", async () => {
    const reason = new Error("interrupted");
    await expect(command("no-such-program", [], AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
