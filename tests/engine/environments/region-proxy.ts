import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { callRegion } from "../../../local/region/client.ts";
import type { ClusterAccess } from "../../../local/region/protocol.ts";

/** A cluster of the region, and the real API server that stands for it. */
export interface KnownCluster {
  /** Name in EKS. */
  readonly name: string;
  readonly access: ClusterAccess;
}

/**
 * Stands before a region with parts off, which records clusters and runs none. It answers `kubernetes/access` itself
 * once the region has recorded the cluster, for that cluster's endpoint alone; every other call goes through as it comes.
 */
export class RegionProxy {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on `socket` for the region on `region`. */
  static async start(socket: string, region: string, cluster: KnownCluster): Promise<RegionProxy> {
    const server = createServer((incoming, response) => {
      void read(incoming).then((body) =>
        incoming.url === "/v1/kubernetes/access"
          ? answer(body, response, region, cluster)
          : forward(incoming, body, response, region),
      );
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
    return new RegionProxy(server);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/**
 * A connection a call; the answer's lines go back as they come. Who breaks off, breaks the other side off: the caller
 * then says so. The body goes in one piece with its head: the region answers and closes at once, and Node's client takes
 * the empty write that ends a piped body for a broken connection (EPIPE) though the answer is there.
 */
function forward(
  incoming: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
  socketPath: string,
): void {
  const { url = "/", method = "POST", headers } = incoming;
  const onward = request({ socketPath, path: url, method, headers, agent: false }, (answered) => {
    response.writeHead(answered.statusCode ?? 502, {
      "content-type": answered.headers["content-type"] ?? "",
    });
    response.flushHeaders();
    answered.once("error", () => response.destroy());
    answered.pipe(response);
  });
  onward.once("error", () => response.destroy());
  response.once("close", () => onward.destroy());
  onward.end(body);
}

async function answer(
  body: Buffer,
  response: ServerResponse,
  region: string,
  { name, access }: KnownCluster,
): Promise<void> {
  const { server } = JSON.parse(body.toString()) as { server: string };
  const endpoint = await endpointOf(name, region);
  const known = JSON.stringify(server) === endpoint;
  const error = {
    code: "UnknownCluster",
    message: `the region's cluster ${name} is at ${endpoint}, not ${server}`,
  };
  response.end(`${JSON.stringify(known ? { result: access } : { error })}\n`);
}

/** What the region recorded, as JSON; the words of its error when there is no such cluster. */
async function endpointOf(name: string, socket: string): Promise<string> {
  try {
    const found = await callRegion(
      "aws/invoke",
      { token: "aws:eks/getCluster:getCluster", args: { name } },
      { socket },
    );
    return JSON.stringify(found["endpoint"]);
  } catch (error) {
    return `no endpoint (${String(error)})`;
  }
}
