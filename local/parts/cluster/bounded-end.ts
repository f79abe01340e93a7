import type { ProcessSpec } from "../machine.ts";

/** Long enough for answers that are under way; the whole machine waits for this at a shutdown. */
export const END_WITHIN_SECONDS = 5;

/**
 * The program, which is killed when it still runs `seconds` after a SIGTERM, whoever sent it. At a shutdown of the
 * machine systemd sends one to everybody at once and then waits up to 90 s for the last: a kube-apiserver whose etcd
 * has ended first waits 20 s to take its address out of the Service "kubernetes", then up to 60 s for requests and
 * watches (RunWithContext in k8s.io/apiserver's genericapiserver.go), and no flag shortens that. The supervised
 * process is GNU `timeout`; the program dies with it. For programs that keep nothing themselves.
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
