import type { ServiceModel } from "../../model.ts";
import { bucket } from "./bucket.ts";
import { bucketObject } from "./object.ts";
import {
  bucketPolicy,
  encryption,
  lifecycle,
  logging,
  ownershipControls,
  publicAccessBlock,
  versioning,
} from "./settings.ts";

export const service: ServiceModel = {
  resources: [
    bucket,
    bucketPolicy,
    publicAccessBlock,
    ownershipControls,
    encryption,
    versioning,
    lifecycle,
    logging,
    bucketObject,
  ],
  functions: [],
};
