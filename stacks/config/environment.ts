import type { z } from "zod";
import type { AccountConfig } from "./account.ts";
import { certificateAuthoritiesSchema, readableAuthoritiesSchema } from "./certificates.ts";
import { cacheSchema } from "./cache.ts";
import { clusterSchema } from "./cluster.ts";
import { databaseSchema } from "./database.ts";
import { edgeSchema } from "./edge.ts";
import { flag, section } from "./fields.ts";
import { guardImageSchema, imageSchema } from "./image.ts";
import { networkSchema } from "./network.ts";
import { observabilitySchema } from "./observability.ts";
import { registrySchema } from "./registry.ts";
import { rolloutSchema } from "./rollout.ts";
import { serviceSchema } from "./service.ts";

/** The `twinstack:` keys of an environment's file, which its platform, its cluster's stack and both its releases read. */
export const platformSchema = section({
  network: networkSchema,
  cluster: clusterSchema,
  database: databaseSchema,
  cache: cacheSchema,
  registry: registrySchema,
  edge: edgeSchema,
  service: serviceSchema,
  observability: observabilitySchema,
  rollout: rolloutSchema,
  certificateAuthorities: certificateAuthoritiesSchema,
  /** Refuse to delete what holds data or is slow to make: VPC, keys, databases, cluster, images, edge. */
  protect: flag("whether Pulumi and AWS refuse deletion").default(true),
});

/** The keys of the cluster's stack: its environment's, and the guard that it runs. */
export const clusterStackSchema = section({
  ...platformSchema.shape,
  certificateAuthorities: readableAuthoritiesSchema,
  guardImage: guardImageSchema,
});

/** A release's keys: its environment's, and what it releases. */
export const releaseSchema = section({
  ...platformSchema.shape,
  certificateAuthorities: readableAuthoritiesSchema,
  image: imageSchema,
});

export type PlatformConfig = z.infer<typeof platformSchema> & { readonly account: AccountConfig };
export type ClusterStackConfig = z.infer<typeof clusterStackSchema> & { readonly account: AccountConfig };
export type ReleaseConfig = z.infer<typeof releaseSchema> & { readonly account: AccountConfig };
