import * as pulumi from "@pulumi/pulumi";
import type * as kubernetes from "@pulumi/kubernetes";
import { settingsHash } from "./config-map.ts";
import { objectLabels, objectName, type ReleaseOptions } from "./options.ts";

/** Keys of the Secret that API and worker read. */
export const appSecretKeys = [
  "database-rw-password",
  "database-ro-password",
  "cache-auth-token",
  "queue-auth-token",
] as const;

/** Keys that the migration reads: it makes the app's roles. */
export const migrationSecretKeys = [
  "database-admin-password",
  "database-rw-password",
  "database-ro-password",
] as const;

type Key = (typeof appSecretKeys)[number] | (typeof migrationSecretKeys)[number];

function secretData({ secrets }: Pick<ReleaseOptions, "secrets">): Record<Key, string> {
  return {
    "database-admin-password": secrets.databaseAdminPassword,
    "database-rw-password": secrets.databaseReadWritePassword,
    "database-ro-password": secrets.databaseReadOnlyPassword,
    "cache-auth-token": secrets.cacheAuthToken,
    "queue-auth-token": secrets.queueAuthToken,
  };
}

const encoded = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString("base64")]),
  );

/** Of the values, which are random and long: it tells nothing about them. */
export function secretHash(options: Pick<ReleaseOptions, "secrets">): string {
  return settingsHash(secretData(options));
}

/** Immutable, and named by its content: pods of the last release keep theirs until they are gone. */
export function secretArgs(options: ReleaseOptions): kubernetes.core.v1.SecretArgs {
  return {
    metadata: {
      name: `${objectName(options)}-${secretHash(options)}`,
      namespace: options.namespace,
      labels: objectLabels(options),
    },
    immutable: true,
    // `data` and not `stringData`, which the API server turns into it: what is read back is what was written.
    data: pulumi.secret(encoded(secretData(options))),
  };
}
