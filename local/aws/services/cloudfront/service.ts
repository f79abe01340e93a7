import type { ServiceModel } from "../../model.ts";
import { distribution, getDistribution } from "./distribution.ts";
import { edgeFunction } from "./function.ts";
import { monitoringSubscription } from "./monitoring.ts";
import { originAccessControl, vpcOrigin } from "./origins.ts";
import { cachePolicy, originRequestPolicy, responseHeadersPolicy } from "./policies.ts";
import { getCachePolicy, getOriginRequestPolicy, getResponseHeadersPolicy } from "./policy-lookup.ts";

export const service: ServiceModel = {
  resources: [
    distribution,
    cachePolicy,
    originRequestPolicy,
    responseHeadersPolicy,
    originAccessControl,
    vpcOrigin,
    edgeFunction,
    monitoringSubscription,
  ],
  functions: [getDistribution, getCachePolicy, getOriginRequestPolicy, getResponseHeadersPolicy],
};
