import { createServer } from "node:http";
import type { Server } from "node:http";
import type { Registry } from "prom-client";
import type { Logger } from "./logging.ts";

/** Answers `GET /metrics` in the Prometheus text format and nothing else. */
export function createMetricsServer(registry: Registry, logger: Logger): Server {
  return createServer((request, response) => {
    if (request.method !== "GET" || request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      (error: unknown) => {
        logger.error("metrics could not be collected", { error });
        response.writeHead(500).end();
      },
    );
  });
}
