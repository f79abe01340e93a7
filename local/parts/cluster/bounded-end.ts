import type { ProcessSpec } from "../machine.ts";

/** Long enough for answers that are under way; the whole machine waits for this at a shutdown. */
export const END_WITHIN_SECONDS = 5;

/**
 * The program, which is killed when it still runs `seconds` after a SIGTERM, whoever sent it. At a shutdown of the
 * machine systemd sends one to everybody at once and then waits up to 90 s for the last. A kube-apiserver 1.34 whose
 * etcd ends first was measured to take 21 s, for it waits 20 s to take its address out of the Service "kubernetes", and
 * 80 s while a client still watched. The supervised process is GNU `timeout`; the program dies with it. For programs
 * that keep nothing themselves.
 */
export function endingWithin(
  seconds: number,
  command: string,
  args: readonly string[],
): Pick<ProcessSpec, "command" | "args"> {
  // "0" is no time limit; `--foreground` sends one SIGTERM, not two, of which a second one means "at once".
  const limit = ["--foreground", `--kill-after=${seconds}`, "0"];
  return { command: "timeout", args: [...limit, "setpriv", "--pdeathsig=KILL", "--", command, ...args] };
}
