import type { ServiceModel } from "../../model.ts";
import { parameterGroup } from "./parameter-group.ts";
import { replicationGroup } from "./replication-group.ts";
import { subnetGroup } from "./subnet-group.ts";

/** Node-based ElastiCache, cluster mode disabled. Serverless caches, Memcached, RBAC users and shards are not modelled. */
export const service: ServiceModel = {
  resources: [subnetGroup, parameterGroup, replicationGroup],
  functions: [],
};
