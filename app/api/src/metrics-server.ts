import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { Registry } from "prom-client";
import type { Logger } from "./logging.ts";

/** Answers with the registry's metrics in the Prometheus text format. */
export function metricsListener(registry: Registry, logger: Logger): RequestListener {
  return (_request, response) => {
    registry.metrics().then(
      (text) => response.writeHead(200, { "Content-Type": registry.contentType }).end(text),
      (error: unknown) => {
        logger.error("metrics could not be collected", { error });
        response.writeHead(500).end();
      },
    );
  };
}

/** Answers `GET /metrics` and nothing else. */
export function createMetricsServer(registry: Registry, logger: Logger): Server {
  const answer = metricsListener(registry, logger);
  return createServer((request, response) => {
    if (request.method === "GET" && request.url === "/metrics") answer(request, response);
    else response.writeHead(404).end();
  });
}
