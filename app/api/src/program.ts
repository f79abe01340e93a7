import type { Config } from "./config.ts";
import { parseConfig } from "./config.ts";
import { ConfigError } from "./errors/config-error.ts";
import { createLogger } from "./logging.ts";
import type { Logger } from "./logging.ts";

/** Something long-lived that can be asked to finish what it is at; answers how much it had to cut off. */
export interface Running {
  stop(): Promise<number>;
}

/**
 * Runs until SIGTERM or SIGINT, drains, leaves: with 0, with 1 when something was cut off or did not start, and at once
 * on a second signal.
 */
export async function runProgram(start: (config: Config, logger: Logger) => Promise<Running>): Promise<void> {
  try {
    await run(parseConfig(process.env), start);
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function run(
  config: Config,
  start: (config: Config, logger: Logger) => Promise<Running>,
): Promise<void> {
  const logger = createLogger(config);
  process.on("uncaughtException", (error) => {
    logger.error("uncaught exception", { error });
    process.exit(1);
  });

  // The signals first: one that comes while the program starts must drain it too, not kill it.
  const starting = start(config, logger);
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) {
      logger.warn("second signal: leaving at once", { signal });
      // Shells and Kubernetes read 128 + n as "ended by signal n".
      process.exit(signal === "SIGTERM" ? 143 : 130);
    }
    stopping = true;
    void starting
      .then((running) => running.stop())
      .then((cut) => {
        logger[cut === 0 ? "info" : "error"]("stopped", { requestsCutOff: cut });
        process.exit(cut === 0 ? 0 : 1);
      });
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  await starting;
}
