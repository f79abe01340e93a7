import type { ServiceModel } from "../../model.ts";
import { eventSubscription } from "./event-subscription.ts";
import { instance } from "./instance.ts";
import { parameterGroup } from "./parameter-group.ts";
import { proxyDefaultTargetGroup, proxyTarget } from "./proxy-targets.ts";
import { proxy } from "./proxy.ts";
import { subnetGroup } from "./subnet-group.ts";

export const service: ServiceModel = {
  resources: [
    ...[subnetGroup, parameterGroup, instance],
    ...[proxy, proxyDefaultTargetGroup, proxyTarget, eventSubscription],
  ],
  functions: [],
};
