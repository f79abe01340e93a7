import type { ServiceModel } from "../../model.ts";
import { getListenerRule, listener, listenerRule } from "./listeners.ts";
import { loadBalancer } from "./load-balancer.ts";
import { targetGroup } from "./target-group.ts";

export const service: ServiceModel = {
  resources: [loadBalancer, targetGroup, listener, listenerRule],
  functions: [getListenerRule],
};
