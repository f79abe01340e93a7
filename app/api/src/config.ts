import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import { ConfigError } from "./errors/config-error.ts";

function wholeNumber(min: number, max: number, unit: string, fallback: number) {
  const write = `a whole number of ${unit} from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, write)
    .transform(Number)
    .pipe(z.number().min(min, write).max(max, write))
    .default(fallback);
}

function port(fallback: number) {
  const write = "a port from 1 to 65535, or 0 for any free one";
  return z
    .string()
    .regex(/^\d{1,5}$/, write)
    .transform(Number)
    .pipe(z.number().max(65535, write))
    .default(fallback);
}

function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
  fallback: Values[number],
) {
  return z.enum(values, { error: `one of ${values.join(", ")}` }).default(fallback);
}

function text(pattern: RegExp, write: string, fallback: string) {
  return z.string().regex(pattern, write).default(fallback);
}

const environment = z
  .object({
    PORT: port(8080),
    METRICS_PORT: port(9090),
    LISTEN_ADDRESS: z
      .union([z.ipv4(), z.ipv6()], { error: "an IP address, e.g. 0.0.0.0" })
      .default("0.0.0.0"),
    LOG_LEVEL: oneOf(["error", "warn", "info", "debug"], "info"),
    APP_COLOUR: oneOf(["blue", "green", "none"], "none"),
    APP_IMAGE: text(/^[\w.:/@-]{1,512}$/, "an image reference, e.g. registry/app@sha256:…", "unknown"),
    APP_VERSION: text(/^[\w.+-]{1,64}$/, "a version, e.g. 1.4.0", packageJson.version),
    WEB_ROOT: text(/^.{1,4096}$/, "the folder of the built pages, or leave it out", ""),
    DRAIN_SECONDS: wholeNumber(0, 3600, "seconds", 20),
    SHUTDOWN_SECONDS: wholeNumber(1, 3600, "seconds", 10),
    KEEP_ALIVE_SECONDS: wholeNumber(1, 3600, "seconds", 65),
  })
  .refine((env) => env.PORT === 0 || env.PORT !== env.METRICS_PORT, {
    path: ["METRICS_PORT"],
    error: "a port other than PORT, because metrics are not for the public",
  });

/** What the process was told by its environment; parsed once, at start. */
export interface Config {
  /** Port of pages and API; 0 takes any free one. Default 8080. */
  readonly port: number;
  /** Port of `/metrics`, kept apart so that no balancer can route to it. Default 9090. */
  readonly metricsPort: number;
  /** Default 0.0.0.0. */
  readonly listenAddress: string;
  readonly logLevel: "error" | "warn" | "info" | "debug";
  readonly release: Release;
  /** Folder of the built pages; undefined: `web` beside the program. */
  readonly webRoot: string | undefined;
  /** Seconds after SIGTERM during which the listener stays open, because the balancer still sends. Default 20. */
  readonly drainSeconds: number;
  /** Seconds that requests in flight may take once the listener has closed. Default 10. */
  readonly shutdownSeconds: number;
  /** Seconds an idle connection is kept; must be above the balancer's idle timeout (ALB: 60). Default 65. */
  readonly keepAliveSeconds: number;
}

/** Which release this process is. */
export interface Release {
  readonly version: string;
  readonly colour: "blue" | "green" | "none";
  readonly image: string;
}

/**
 * Reads the environment. Variables that are not ours are left alone: Kubernetes injects some for every Service.
 *
 * @throws ConfigError naming every variable that is wrong, its value and what to write instead.
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => {
        const name = String(path[0]);
        const value = env[name];
        return `${name}${value === undefined ? " (not set)" : `=${JSON.stringify(value)}`}: write ${message}.`;
      }),
    );
  }
  const values = parsed.data;
  return {
    port: values.PORT,
    metricsPort: values.METRICS_PORT,
    listenAddress: values.LISTEN_ADDRESS,
    logLevel: values.LOG_LEVEL,
    release: { version: values.APP_VERSION, colour: values.APP_COLOUR, image: values.APP_IMAGE },
    webRoot: values.WEB_ROOT === "" ? undefined : values.WEB_ROOT,
    drainSeconds: values.DRAIN_SECONDS,
    shutdownSeconds: values.SHUTDOWN_SECONDS,
    keepAliveSeconds: values.KEEP_ALIVE_SECONDS,
  };
}
