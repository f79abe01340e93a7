import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";

import { statementsOf } from "../../aws/services/iam/statements.ts";
import { VPC_ENDPOINT } from "../../aws/services/ec2/references.ts";
import { text } from "../../aws/services/fields.ts";
import type { Account } from "../../aws/model.ts";
import { regionAuthority } from "../authority/region-authority.ts";
import { SERVER_LIMITS } from "../http/limits.ts";
import type { Via } from "../identity/authorization.ts";
import type { Machine } from "../machine.ts";
import type { EndpointService, Placement } from "./placement.ts";
import { listenForForwarders, socketPath } from "./region-socket.ts";

/** Each service for those who come by one VPC endpoint. */
export type Listeners = Readonly<Record<EndpointService, (via: () => Via) => RequestListener>>;

export interface ServingContext {
  readonly machine: Pick<Machine, "dataDir" | "run">;
  readonly account: Account;
  readonly listeners: Listeners;
}

export interface EndpointServer {
  close(): void;
}

/** The service behind an endpoint: TLS ends here, with a certificate of the region's authority for the service's names. */
export async function serveEndpoint(
  { machine, account, listeners }: ServingContext,
  endpointId: string,
  { service, vpcId, certified }: Placement,
): Promise<EndpointServer> {
  const authority = await regionAuthority(machine);
  const files = await authority.issue({
    name: `aws-${service}`,
    commonName: certified[0] ?? service,
    usages: ["serverAuth"],
    names: certified.map((name) => `DNS:${name}`),
  });
  // Read for each request: the policy may be changed while the endpoint is there.
  const via = (): Via => {
    const endpoint = account.get(VPC_ENDPOINT, endpointId);
    const policy = text(endpoint?.inputs ?? {}, "policy") ?? text(endpoint?.outputs ?? {}, "policy");
    return { endpointId, vpcId, policy: policy === undefined ? [] : statementsOf(policy) };
  };
  const server = createServer(
    { ...SERVER_LIMITS, cert: readFileSync(files.cert), key: readFileSync(files.key) },
    listeners[service](via),
  );
  // A handshake that somebody breaks off is theirs to see.
  server.on("tlsClientError", () => undefined);
  await listenForForwarders(machine, server, socketPath(machine, endpointId));
  return {
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
