import { createCloudFrontListener } from "../parts/cdn/api.ts";
import { createDistributionDriver, edgeOf } from "../parts/cdn/driver.ts";
import { createClusterDriver } from "../parts/cluster/driver.ts";
import { createElbv2Listener } from "../parts/elbv2-api/http.ts";
import { createLoadBalancerDrivers, targetsOf } from "../parts/haproxy/driver.ts";
import { createSubnetDriver, createVpcDriver } from "../parts/host/network-driver.ts";
import { createPgbouncerDrivers } from "../parts/pgbouncer/driver.ts";
import { createPostgresDrivers } from "../parts/postgres/driver.ts";
import { createCacheDrivers } from "../parts/redis/driver.ts";
import { createRegistryDriver } from "../parts/registry/driver.ts";
import { administrator } from "../parts/s3/credentials.ts";
import { createS3Drivers, objectStoreOf } from "../parts/s3/driver.ts";
import { createS3Listener } from "../parts/s3/http.ts";
import { createSecurityGroupDrivers } from "../parts/security-groups/driver.ts";
import { dispatchAws } from "./aws-dispatch.ts";
import { withBindingController } from "./binding-driver.ts";
import type { Account } from "../aws/model.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import type { PartDriver } from "./part.ts";
import type { RequestListener } from "node:http";
import type { ClusterAccess, StoredResource, UpdateRequest } from "./protocol.ts";

/** Everything the region runs. */
export interface DriverSet {
  /** The driver of a type; undefined when nothing runs for it. */
  byType(type: string): PartDriver | undefined;
  /** How to reach the cluster that answers at this URL; undefined when it is none of ours. */
  clusterAccess(server: string): ClusterAccess | undefined;
  /** The AWS API over HTTP, for the calls our own code makes; `update` is the region's own. Undefined with parts off. */
  awsApi(update: (request: UpdateRequest) => Promise<StoredResource>): RequestListener | undefined;
}

/** `TWINSTACK_PARTS=off`: resources are recorded and nothing runs. */
export const noDrivers: DriverSet = {
  byType: () => undefined,
  clusterAccess: () => undefined,
  awsApi: () => undefined,
};

export function createDrivers(
  machine: LocalMachine,
  account: Account,
  log: (message: string) => void,
): DriverSet {
  const context = { machine, account, log };
  const cluster = createClusterDriver(context);
  const drivers: readonly PartDriver[] = [
    createVpcDriver(machine),
    createSubnetDriver(machine),
    ...createSecurityGroupDrivers(context),
    createRegistryDriver(context),
    withBindingController(cluster, targetsOf(context), log),
    ...createLoadBalancerDrivers(context),
    ...createCacheDrivers(context),
    ...createPostgresDrivers(context),
    ...createPgbouncerDrivers(context),
    ...createS3Drivers(machine),
    createDistributionDriver(context),
  ];
  const byType = new Map(drivers.flatMap((driver) => driver.types.map((type) => [type, driver] as const)));
  const targets = targetsOf(context);
  return {
    byType: (type) => byType.get(type),
    clusterAccess: (server) => cluster.access(server),
    awsApi: (update) =>
      dispatchAws({
        cloudfront: createCloudFrontListener({ account, edge: edgeOf(context) }),
        elasticloadbalancing: createElbv2Listener({ account, targets, update }),
        s3: createS3Listener({
          account,
          store: objectStoreOf(machine),
          identity: administrator(machine, account),
        }),
      }),
  };
}
