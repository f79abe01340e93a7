import { join } from "node:path";
import { runProgram } from "./program.ts";
import { start } from "./start.ts";

/** The API and its pages. */
await runProgram((config, logger) =>
  start(config, config.webRoot ?? join(import.meta.dirname, "web"), logger),
);
