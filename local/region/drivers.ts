import { createPodIdentityDriver } from "../parts/admission/driver.ts";
import { createVpcEndpointDriver } from "../parts/aws-endpoint/driver.ts";
import { createDistributionDriver } from "../parts/cdn/driver.ts";
import { createClusterDriver } from "../parts/cluster/driver.ts";
import { createLoadBalancerDrivers, targetsOf } from "../parts/haproxy/driver.ts";
import { createSubnetDriver, createVpcDriver } from "../parts/host/network-driver.ts";
import { createIdentities } from "../parts/identity/identities.ts";
import { createPgbouncerDrivers } from "../parts/pgbouncer/driver.ts";
import { withPodIdentity } from "../parts/pod-identity/driver.ts";
import { createPostgresDrivers } from "../parts/postgres/driver.ts";
import { createCacheDrivers } from "../parts/redis/driver.ts";
import { createRegistryDriver } from "../parts/registry/driver.ts";
import { createS3Drivers } from "../parts/s3/driver.ts";
import { createSecurityGroupDrivers } from "../parts/security-groups/driver.ts";
import { createAwsApi } from "./aws-api.ts";
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
  /** The AWS API over HTTP on loopback, for the calls our own code makes. Undefined with parts off. */
  readonly awsApi: RequestListener | undefined;
}

/** `TWINSTACK_PARTS=off`: resources are recorded and nothing runs. */
export const noDrivers: DriverSet = {
  byType: () => undefined,
  clusterAccess: () => undefined,
  awsApi: undefined,
};

/** `update`: the region's own, for calls of the AWS API. */
export function createDrivers(
  machine: LocalMachine,
  account: Account,
  log: (message: string) => void,
  update: (request: UpdateRequest) => Promise<StoredResource>,
): DriverSet {
  const identities = createIdentities({ machine, account, log });
  const context = { machine, account, log, identities };
  const awsApi = createAwsApi({ ...context, update });
  const cluster = withPodIdentity(createClusterDriver(context), context);
  const drivers: readonly PartDriver[] = [
    createVpcDriver(machine),
    createSubnetDriver(machine),
    ...createSecurityGroupDrivers(context),
    createRegistryDriver(context),
    withBindingController(cluster, targetsOf(context), log),
    createPodIdentityDriver(machine),
    ...createLoadBalancerDrivers(context),
    ...createCacheDrivers(context),
    ...createPostgresDrivers(context),
    ...createPgbouncerDrivers(context),
    ...createS3Drivers(machine),
    createDistributionDriver(context),
    createVpcEndpointDriver({ ...context, listeners: awsApi.inVpc }),
  ];
  const byType = new Map(drivers.flatMap((driver) => driver.types.map((type) => [type, driver] as const)));
  return {
    byType: (type) => byType.get(type),
    clusterAccess: (server) => cluster.access(server),
    awsApi: awsApi.loopback,
  };
}
