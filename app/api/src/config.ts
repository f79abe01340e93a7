import { z } from "zod";
import packageJson from "../../package.json" with { type: "json" };
import {
  host,
  hostList,
  identifier,
  oneOf,
  port,
  readEnvironment,
  readSecrets,
  remotePort,
  secretsFolder,
  text,
  tlsMode,
  wholeNumber,
} from "./config-fields.ts";
import type { Environment } from "./config-fields.ts";
import type { DatabaseSettings } from "./database/settings.ts";
import type { RedisSettings } from "./redis/settings.ts";

export const releaseFields = {
  APP_COLOUR: oneOf(["blue", "green", "none"], "none"),
  APP_IMAGE: text(/^[\w.:/@-]{1,512}$/, "an image reference, e.g. registry/app@sha256:…", "unknown"),
  APP_VERSION: text(/^[\w.+-]{1,64}$/, "a version, e.g. 1.4.0", packageJson.version),
};

const environment = z
  .object({
    PORT: port(8080),
    METRICS_PORT: port(9090),
    LISTEN_ADDRESS: z
      .union([z.ipv4(), z.ipv6()], { error: "an IP address, e.g. 0.0.0.0" })
      .default("0.0.0.0"),
    LOG_LEVEL: oneOf(["error", "warn", "info", "debug"], "info"),
    ...releaseFields,
    WEB_ROOT: text(/^.{1,4096}$/, "the folder of the built pages, or leave it out", ""),
    DRAIN_SECONDS: wholeNumber(0, 3600, "seconds", 20),
    SHUTDOWN_SECONDS: wholeNumber(1, 3600, "seconds", 10),
    KEEP_ALIVE_SECONDS: wholeNumber(1, 3600, "seconds", 65),
    STARTUP_SECONDS: wholeNumber(1, 600, "seconds", 45),
    PUBLIC_PROTOCOL: oneOf(["https", "http"], "https"),
    SECRETS_DIR: secretsFolder,
    DATABASE_NAME: identifier("the database's name", "twinstack"),
    DATABASE_WRITER_HOST: host("proxy.example.com"),
    DATABASE_WRITER_PORT: remotePort(5432),
    DATABASE_READER_HOSTS: hostList,
    DATABASE_POOL_SIZE: wholeNumber(1, 200, "connections", 10),
    DATABASE_RW_USER: identifier("a role", "app_rw"),
    DATABASE_RO_USER: identifier("a role", "app_ro"),
    DATABASE_TLS: tlsMode,
    CACHE_HOST: host("cache.example.com"),
    CACHE_PORT: remotePort(6379),
    QUEUE_HOST: host("queue.example.com"),
    QUEUE_PORT: remotePort(6379),
    CACHE_TLS: tlsMode,
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
  /** Seconds the database may take to answer before the process gives up starting. Default 45. */
  readonly startupSeconds: number;
  /**
   * How visitors reach the site. Default https: cookies are then `Secure` and bound to the host; `http` is for a site
   * that is served without TLS on loopback.
   */
  readonly publicProtocol: "https" | "http";
  readonly database: DatabaseSettings;
  readonly cache: RedisSettings;
  readonly queue: RedisSettings;
}

/** Which release this process is. */
export interface Release {
  readonly version: string;
  readonly colour: "blue" | "green" | "none";
  readonly image: string;
}

/**
 * What the API and the worker read: the environment, and the secret files it points to.
 *
 * @throws ConfigError naming every variable and file that is wrong, its value and what to write instead.
 */
export function parseConfig(env: Environment): Config {
  const values = readEnvironment(environment, env);
  const secrets = readSecrets(values.SECRETS_DIR, [
    "database-rw-password",
    "database-ro-password",
    "cache-auth-token",
    "queue-auth-token",
  ]);
  return {
    port: values.PORT,
    metricsPort: values.METRICS_PORT,
    listenAddress: values.LISTEN_ADDRESS,
    logLevel: values.LOG_LEVEL,
    release: toRelease(values),
    webRoot: values.WEB_ROOT === "" ? undefined : values.WEB_ROOT,
    drainSeconds: values.DRAIN_SECONDS,
    shutdownSeconds: values.SHUTDOWN_SECONDS,
    keepAliveSeconds: values.KEEP_ALIVE_SECONDS,
    startupSeconds: values.STARTUP_SECONDS,
    publicProtocol: values.PUBLIC_PROTOCOL,
    database: {
      name: values.DATABASE_NAME,
      writer: { host: values.DATABASE_WRITER_HOST, port: values.DATABASE_WRITER_PORT },
      readers: values.DATABASE_READER_HOSTS,
      poolSize: values.DATABASE_POOL_SIZE,
      readWrite: { user: values.DATABASE_RW_USER, password: secrets["database-rw-password"] },
      readOnly: { user: values.DATABASE_RO_USER, password: secrets["database-ro-password"] },
      tls: values.DATABASE_TLS === "verify",
    },
    cache: redis(values.CACHE_HOST, values.CACHE_PORT, secrets["cache-auth-token"], values.CACHE_TLS),
    queue: redis(values.QUEUE_HOST, values.QUEUE_PORT, secrets["queue-auth-token"], values.CACHE_TLS),
  };
}

export function toRelease(values: z.output<z.ZodObject<typeof releaseFields>>): Release {
  return { version: values.APP_VERSION, colour: values.APP_COLOUR, image: values.APP_IMAGE };
}

function redis(host: string, port: number, password: string, tls: "verify" | "off"): RedisSettings {
  return { host, port, password, tls: tls === "verify" };
}
