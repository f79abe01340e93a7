import type { ExplainTable } from "../classification.ts";

export const ecr: ExplainTable = {
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    stored: { "checked; no image expires": ["policy", "repository"] },
  },
  "aws:ecr/repository:Repository": {
    enforced: {
      "docker-registry: where images are pushed": ["name"],
      "region: a repository with images is kept without it": ["forceDelete"],
    },
    stored: {
      "recorded: nobody reads it here": ["tags"],
      "recorded: images lie in the region's folder as they are": [
        "encryptionConfigurations.encryptionType",
        "encryptionConfigurations.kmsKey",
      ],
      "recorded: no image is scanned": ["imageScanningConfiguration.scanOnPush"],
      "recorded: a tag can be pushed again; releases name digests": ["imageTagMutability"],
    },
  },
};
