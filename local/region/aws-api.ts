import { createCloudFrontListener } from "../parts/cdn/api.ts";
import { edgeOf } from "../parts/cdn/driver.ts";
import { createElbv2Listener } from "../parts/elbv2-api/http.ts";
import { targetsOf } from "../parts/haproxy/driver.ts";
import { objectStoreOf } from "../parts/s3/driver.ts";
import { createS3Listener } from "../parts/s3/http.ts";
import { dispatchAws } from "./aws-dispatch.ts";
import type { Account } from "../aws/model.ts";
import type { Listeners } from "../parts/aws-endpoint/server.ts";
import type { LocalMachine } from "../parts/host/machine.ts";
import type { KnownIdentities } from "../parts/identity/identities.ts";
import type { StoredResource, UpdateRequest } from "./protocol.ts";
import type { RequestListener } from "node:http";

export interface AwsApiOptions {
  readonly machine: LocalMachine;
  readonly account: Account;
  readonly log: (message: string) => void;
  readonly identities: KnownIdentities;
  /** The region's own. */
  readonly update: (request: UpdateRequest) => Promise<StoredResource>;
}

/** The AWS API over HTTP, for the calls our own code makes. */
export interface AwsApi {
  /** All services at one address, where any user of the machine may call: as inside the VPC, every call is signed. */
  readonly loopback: RequestListener;
  /** Inside the VPC: a call may what the signer's policies allow. */
  readonly inVpc: Listeners;
}

export function createAwsApi(options: AwsApiOptions): AwsApi {
  const { machine, account, identities, update } = options;
  const s3 = { account, store: objectStoreOf(machine), identities: identities.of };
  const elbv2 = { account, targets: targetsOf(options), update, identities: identities.of };
  return {
    loopback: dispatchAws({
      cloudfront: createCloudFrontListener({ account, edge: edgeOf(options), identities: identities.of }),
      elasticloadbalancing: createElbv2Listener(elbv2),
      s3: createS3Listener(s3),
    }),
    inVpc: {
      elasticloadbalancing: (via) => createElbv2Listener({ ...elbv2, via }),
      s3: (via) => createS3Listener({ ...s3, via }),
    },
  };
}
