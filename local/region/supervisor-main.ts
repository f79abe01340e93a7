import { join } from "node:path";
import { stateDir } from "../paths.ts";
import { markOf, supervise } from "./supervisor.ts";
import { writeSupervisorState } from "./supervisor-state.ts";
import type { SupervisorState } from "./supervisor-state.ts";

/** The process that start.ts starts: the region's parent, in the region's environment and with its log. */
const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
let state: SupervisorState = { pid: process.pid, restarts: 0 };
process.exitCode = await supervise({
  program: join(import.meta.dirname, "main.ts"),
  mark: markOf(stateDir()),
  stop: stop.signal,
  // Another one may have been started meanwhile: whose region answers is the one that counts.
  serves: () => writeSupervisorState(state),
  died(last) {
    state = { pid: process.pid, ...last };
    console.log(`${new Date().toISOString()} the region died (${last.lastExit}): it is started again`);
    writeSupervisorState(state);
  },
});
