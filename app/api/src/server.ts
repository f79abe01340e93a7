import { join } from "node:path";
import { parseConfig } from "./config.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors/config-error.ts";
import { createLogger } from "./logging.ts";
import { start } from "./start.ts";

/** The program: reads the environment, serves until SIGTERM or SIGINT, drains, leaves. */
async function main(config: Config): Promise<void> {
  const logger = createLogger(config);
  process.on("uncaughtException", (error) => {
    logger.error("uncaught exception", { error });
    process.exit(1);
  });

  // The signals first: one that comes while the app starts must drain it too, not kill it.
  const starting = start(config, config.webRoot ?? join(import.meta.dirname, "web"), logger);
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      logger.warn("second signal: leaving at once", { signal });
      // Shells and Kubernetes read 128 + n as "ended by signal n".
      process.exit(signal === "SIGTERM" ? 143 : 130);
    }
    stopping = true;
    void starting
      .then((app) => app.stop())
      .then((cut) => {
        logger[cut === 0 ? "info" : "error"]("stopped", { requestsCutOff: cut });
        process.exit(cut === 0 ? 0 : 1);
      });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  await starting;
}

try {
  await main(parseConfig(process.env));
} catch (error) {
  process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
