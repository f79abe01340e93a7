import { createHash } from "node:crypto";
import type * as kubernetes from "@pulumi/kubernetes";
import { objectLabels, objectName, type ReleaseOptions } from "./options.ts";

/** The app's settings, as its own config schema names them. */
export function appSettings(options: ReleaseOptions): Record<string, string> {
  return {
    PORT: `${options.apiPort}`,
    METRICS_PORT: `${options.metricsPort}`,
    APP_COLOUR: options.colour,
    APP_IMAGE: options.image,
    KEEP_ALIVE_SECONDS: `${options.keepAliveTimeoutSeconds}`,
    DRAIN_SECONDS: `${options.shutdown.drainSeconds}`,
    SHUTDOWN_SECONDS: `${options.shutdown.finishSeconds}`,
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
