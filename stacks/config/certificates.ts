import { X509Certificate } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

const instead =
  "write amazon-rds, or the absolute path of a file with the PEM certificates that signed the databases' own";

/** `amazon-rds`: RDS's authority of the region. Else a file on the machine that runs Pulumi; the parts of the local cloud make theirs with the platform. */
export const certificateAuthoritiesSchema = z
  .string({ error: instead })
  .refine((value) => value === "amazon-rds" || value.startsWith("/"), { error: instead });

/** The cluster's stack and the releases read the file. */
export const readableAuthoritiesSchema = certificateAuthoritiesSchema.refine(
  (value) => value === "amazon-rds" || isPemFile(value),
  { error: instead },
);

function isPemFile(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    return new X509Certificate(readFileSync(path)).ca;
  } catch {
    return false;
  }
}
