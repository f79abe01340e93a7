/** What the unit tests of CloudFront's models share: a good distribution. */
import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import type { MemoryAccount } from "../../testing.ts";
import { resourceModel } from "../index.ts";
import { DISTRIBUTION } from "./references.ts";

/** A cache policy of CloudFront's own. */
export const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/** What the preview says to inputs, by the type's own rules. */
export const check = (type: string, inputs: JsonObject): readonly string[] =>
  resourceModel(type)
    ?.rules?.flatMap((rule) => rule.check(inputs))
    .map(({ property, reason }) => `${property} ${reason}`) ?? [];

export const behaviour = (more: JsonObject = {}): JsonObject => ({
  targetOriginId: "balancer",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD"],
  cachedMethods: ["GET", "HEAD"],
  cachePolicyId: CACHING_OPTIMIZED,
  ...more,
});

/** A good distribution's inputs. */
export const distributionInputs = (more: JsonObject = {}): JsonObject => ({
  enabled: true,
  origins: [{ originId: "balancer", domainName: "edge.test", customOriginConfig: { httpPort: 80 } }],
  defaultCacheBehavior: behaviour(),
  restrictions: { geoRestriction: { restrictionType: "none" } },
  viewerCertificate: { cloudfrontDefaultCertificate: true },
  ...more,
});

export const makeDistribution = (account: MemoryAccount, more: JsonObject = {}): StoredResource =>
  account.make(DISTRIBUTION, distributionInputs(more));
