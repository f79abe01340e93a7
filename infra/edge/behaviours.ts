import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { BUCKET_ORIGIN, LOAD_BALANCER_ORIGIN } from "./origins.ts";
import type { ViewerProtocol } from "./viewer.ts";

/** Where hashed files come from: the pods that have them, or the bucket that they were uploaded to. */
export type AssetsSource = "load-balancer" | "bucket";

type DefaultBehaviour = aws.types.input.cloudfront.DistributionDefaultCacheBehavior;
type Behaviour = aws.types.input.cloudfront.DistributionOrderedCacheBehavior;

export interface BehaviourOptions {
  readonly viewerProtocol: ViewerProtocol;
  readonly assetsFrom: AssetsSource;
  readonly cachePolicyIds: Readonly<Record<"assets" | "dynamic", pulumi.Input<string>>>;
  readonly originRequestPolicyIds: Readonly<Record<"assets" | "viewer", pulumi.Input<string>>>;
  readonly responseHeadersPolicyId: pulumi.Input<string>;
}

const READ = ["GET", "HEAD"];
const READ_AND_ASK = [...READ, "OPTIONS"];
const ALL = [...READ_AND_ASK, "PUT", "POST", "PATCH", "DELETE"];

/** Pages, and every path that no other behaviour takes. */
export function defaultBehaviour(options: BehaviourOptions): DefaultBehaviour {
  return dynamic(options, READ_AND_ASK);
}

/** The first that fits a path takes it. */
export function orderedBehaviours(options: BehaviourOptions): Behaviour[] {
  const fromBucket = options.assetsFrom === "bucket";
  return [
    { pathPattern: "/api/*", ...dynamic(options, ALL) },
    { pathPattern: "/assets/*", ...(fromBucket ? stored(options) : served(options)) },
    ...(fromBucket ? [{ pathPattern: "/errors/*", ...stored(options) }] : []),
  ];
}

/** The app answers each request, to the one who sent it. */
function dynamic(options: BehaviourOptions, allowedMethods: string[]): DefaultBehaviour {
  return {
    ...common(options),
    targetOriginId: LOAD_BALANCER_ORIGIN,
    allowedMethods,
    cachePolicyId: options.cachePolicyIds.dynamic,
    originRequestPolicyId: options.originRequestPolicyIds.viewer,
  };
}

/** Files out of the image of the colour that serves. */
function served(options: BehaviourOptions): DefaultBehaviour {
  return {
    ...common(options),
    targetOriginId: LOAD_BALANCER_ORIGIN,
    allowedMethods: READ,
    cachePolicyId: options.cachePolicyIds.assets,
    originRequestPolicyId: options.originRequestPolicyIds.assets,
  };
}

/** Files out of the bucket, of every release at once. */
function stored(options: BehaviourOptions): DefaultBehaviour {
  return {
    ...common(options),
    targetOriginId: BUCKET_ORIGIN,
    allowedMethods: READ,
    cachePolicyId: options.cachePolicyIds.assets,
  };
}

function common({ viewerProtocol, responseHeadersPolicyId }: BehaviourOptions) {
  return {
    viewerProtocolPolicy: viewerProtocol,
    cachedMethods: READ,
    compress: true,
    responseHeadersPolicyId,
  };
}
