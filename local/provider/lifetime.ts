import type { Server as SocketServer } from "node:net";
import type { Calls } from "./calls.ts";

/** The engine kills a plugin 5 s after its SIGINT: what is cancelled has less than that to put itself in order. */
const GRACE_MS = 4_000;
const PARENT_POLL_MS = 500;
/** The engine gives up on a plugin that it cannot reach after 10 s. */
const FIRST_CONNECTION_MS = 30_000;

/**
 * Ends the process when its engine has gone, and not before.
 *
 * The engine closes its connection and then sends SIGINT; a Ctrl-C on a terminal may reach us as SIGINT too, while
 * the engine is there and will cancel by itself. So SIGINT counts only without a connection. A CLI that was killed
 * sends nothing: then our parent process changes. One that died before we looked never connects; `started` says
 * that an engine, not a person who wants to attach one, started us.
 */
export function endWithEngine(listener: SocketServer, calls: Calls, started: boolean): void {
  const parent = process.ppid;
  let connections = 0;
  let interrupted = false;
  let ending = false;

  const end = async (): Promise<void> => {
    if (ending) {
      return;
    }
    ending = true;
    calls.cancel();
    await calls.settled(GRACE_MS);
    process.exit(0);
  };
  const endWhenLeft = (): void => {
    if (interrupted && connections === 0) {
      void end();
    }
  };

  const unreached = started ? setTimeout(() => void end(), FIRST_CONNECTION_MS) : undefined;
  listener.on("connection", (socket) => {
    clearTimeout(unreached);
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
      endWhenLeft();
    });
  });
  process.on("SIGINT", () => {
    interrupted = true;
    endWhenLeft();
  });
  process.on("SIGTERM", () => void end());
  setInterval(() => {
    if (process.ppid !== parent) {
      void end();
    }
  }, PARENT_POLL_MS);
}
