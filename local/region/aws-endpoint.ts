import { createServer, type RequestListener } from "node:http";
import { once } from "node:events";
import { SERVER_LIMITS } from "../parts/http/limits.ts";
import type { AddressInfo } from "node:net";

/** Where the AWS API calls of our own code are answered: on loopback, for clients with an endpoint override. */
export interface AwsEndpoint {
  /** e.g. `http://127.0.0.1:40123`; another port after each start of the region, so ask its status. */
  readonly url: string;
  close(): void;
}

export async function serveAwsApi(listener: RequestListener): Promise<AwsEndpoint> {
  const server = createServer(SERVER_LIMITS, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
