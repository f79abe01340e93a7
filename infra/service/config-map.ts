import { createHash } from "node:crypto";
import type * as kubernetes from "@pulumi/kubernetes";
import { SECRETS_DIR } from "./mounts.ts";
import { objectLabels, objectName, type DataOptions, type ReleaseOptions } from "./options.ts";

/** Roles that the migration makes; the app never connects as the master user. */
export const READ_WRITE_USER = "app_rw";
export const READ_ONLY_USER = "app_ro";

/** The app's settings, as its own config schema names them. */
export function appSettings(options: ReleaseOptions): Record<string, string> {
  return {
    PORT: `${options.apiPort}`,
    PUBLIC_PROTOCOL: options.publicProtocol,
    METRICS_PORT: `${options.metricsPort}`,
    APP_COLOUR: options.colour,
    APP_IMAGE: options.image,
    KEEP_ALIVE_SECONDS: `${options.keepAliveTimeoutSeconds}`,
    DRAIN_SECONDS: `${options.shutdown.drainSeconds}`,
    SHUTDOWN_SECONDS: `${options.shutdown.finishSeconds}`,
    SECRETS_DIR,
    ...dataSettings(options.data),
  };
}

function dataSettings(data: DataOptions): Record<string, string> {
  return {
    DATABASE_NAME: data.databaseName,
    DATABASE_WRITER_HOST: data.writer.host,
    DATABASE_WRITER_PORT: `${data.writer.port}`,
    DATABASE_READER_HOSTS: data.readers.map(({ host, port }) => `${host}:${port}`).join(","),
    DATABASE_POOL_SIZE: `${data.poolSize}`,
    DATABASE_RW_USER: READ_WRITE_USER,
    DATABASE_RO_USER: READ_ONLY_USER,
    CACHE_HOST: data.cache.host,
    CACHE_PORT: `${data.cache.port}`,
    QUEUE_HOST: data.queue.host,
    QUEUE_PORT: `${data.queue.port}`,
  };
}

/** The first 10 hex digits of the settings' SHA-256: other settings, another name. */
export function settingsHash(settings: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 10);
}

/** Immutable, and named by its content: pods of the last release keep theirs until they are gone. */
export function configMapArgs(options: ReleaseOptions): kubernetes.core.v1.ConfigMapArgs {
  const data = appSettings(options);
  return {
    metadata: {
      name: `${objectName(options)}-${settingsHash(data)}`,
      namespace: options.namespace,
      labels: objectLabels(options),
    },
    immutable: true,
    data,
  };
}
