import winston from "winston";
import type { Config } from "./config.ts";
import { redact } from "./redaction.ts";
import { currentRequest } from "./request-context.ts";

export type Logger = winston.Logger;

const withRequest = winston.format((info) => Object.assign(info, currentRequest()));

/** Runs over our own fields only: winston's symbol-keyed ones stay as they are. */
const withoutSecrets = winston.format((info) => Object.assign(info, redact({ ...info })));

/** One JSON object a line on stdout, with the request's ids and the release's colour; secrets are redacted. */
export function createLogger(
  config: Pick<Config, "logLevel" | "release">,
  output: NodeJS.WritableStream = process.stdout,
): Logger {
  return winston.createLogger({
    level: config.logLevel,
    defaultMeta: { colour: config.release.colour, version: config.release.version },
    format: winston.format.combine(
      withRequest(),
      withoutSecrets(),
      winston.format.timestamp(),
      winston.format.json(),
    ),

    transports: new winston.transports.Stream({ stream: output }),
  });
}
