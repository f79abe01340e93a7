import { text } from "./fields.ts";

const BY_DIGEST = /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}$/;

/** A digest, not a tag: what was tested is what runs, and a rollback finds it again. */
export const imageSchema = text(
  BY_DIGEST,
  "write the image by digest, <registry>/<repository>@sha256:<64 hex digits>, as the push printed it",
);

/** The guard's image, which the cluster's stack runs. */
export const guardImageSchema = text(
  BY_DIGEST,
  "write the guard's image by digest, <guard.repositoryUrl of the platform's outputs>@sha256:<64 hex digits>, " +
    "as the push of rollout/guard's image printed it: docs/guides/stacks.md",
);
