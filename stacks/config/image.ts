import { text } from "./fields.ts";

/** A digest, not a tag: what was tested is what runs, and a rollback finds it again. */
export const imageSchema = text(
  /^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}$/,
  "write the image by digest, <registry>/<repository>@sha256:<64 hex digits>, as the push printed it",
);
