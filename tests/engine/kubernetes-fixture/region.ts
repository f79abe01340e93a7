import { mkdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname } from "node:path";
import type { ClusterAccess } from "../../../local/region/protocol.ts";

/** A region that knows one cluster and answers `kubernetes/access` on its socket, as the real one does. */
export class TestRegion {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(socket: string, access: ClusterAccess): Promise<TestRegion> {
    mkdirSync(dirname(socket), { recursive: true });
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        const asked = JSON.parse(body) as { server?: string };
        const known = request.url === "/v1/kubernetes/access" && asked.server === access.server;
        const error = {
          code: "UnknownCluster",
          message: `no cluster of this region is at ${String(asked.server)}`,
        };
        response.end(`${JSON.stringify(known ? { result: access } : { error })}\n`);
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socket, resolve);
    });
    return new TestRegion(server);
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
