import { runProgram } from "./program.ts";
import { startWorker } from "./start-worker.ts";

/** What happens after a request: the outbox is sent, and its jobs are done. */
await runProgram(startWorker);
