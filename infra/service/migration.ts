import type * as kubernetes from "@pulumi/kubernetes";
import { settingsHash } from "./config-map.ts";
import { jobArgs } from "./job.ts";
import type { ReleaseOptions } from "./options.ts";
import type { PodReferences } from "./pod.ts";
import { migrationSecretKeys, secretHash } from "./secret.ts";

/** One migration an image, and one more where the database or its passwords are others. */
export function migrationHash(options: ReleaseOptions): string {
  const { primary, databaseName } = options.data;
  return settingsHash({
    image: options.image,
    database: `${primary.host}:${primary.port}/${databaseName}`,
    secrets: secretHash(options),
  });
}

/**
 * The Job that brings the schema to what the image needs, before any of its pods. It is expand only: the other colour
 * still runs on the same schema.
 */
export function migrationArgs(
  options: ReleaseOptions,
  references: PodReferences,
): kubernetes.batch.v1.JobArgs {
  return jobArgs(options, references, {
    program: "migrate",
    hash: migrationHash(options),
    secretKeys: migrationSecretKeys,
    environment: [
      { name: "DATABASE_PRIMARY_HOST", value: options.data.primary.host },
      { name: "DATABASE_PRIMARY_PORT", value: `${options.data.primary.port}` },
      { name: "DATABASE_ADMIN_USER", value: options.secrets.databaseAdminUser },
    ],
  });
}
