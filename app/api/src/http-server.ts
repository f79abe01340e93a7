import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Above the balancer's idle timeout, or it sends into a connection that we are just closing: a 502 for the visitor. */
export function setTimeouts(server: Server, keepAliveSeconds: number): void {
  server.keepAliveTimeout = keepAliveSeconds * 1000;
  server.headersTimeout = server.keepAliveTimeout + 1000;
  server.requestTimeout = server.headersTimeout + 1000;
}

/** Answers the port: the one asked for, or any free one for 0. */
export function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** Closes at once, connections in use included. */
export function closeNow(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
