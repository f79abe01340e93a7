import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { quizzes } from "../../content/index.ts";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { HealthService } from "./features/health/service.ts";
import { QuizService } from "./features/quizzes/service.ts";
import { createContentStore } from "./features/quizzes/store.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { Logger } from "./logging.ts";
import { createMetricsServer } from "./metrics-server.ts";
import { Metrics } from "./metrics.ts";
import { loadSite } from "./static.ts";

export interface RunningApp {
  readonly port: number;
  readonly metricsPort: number;
  /** Drains and closes everything; how many requests were cut off. */
  stop(): Promise<number>;
}

/** Checks content and pages, then listens. Rejects, with nothing left open, when something is not as it should be. */
export async function start(config: Config, webRoot: string, logger: Logger): Promise<RunningApp> {
  const quizService = new QuizService(createContentStore(quizzes));
  const site = loadSite(webRoot);
  const metrics = new Metrics(config.release);

  const server = createServer();
  setTimeouts(server, config.keepAliveSeconds);
  const lifecycle = new Lifecycle(server);
  const health = new HealthService(() => lifecycle.phase, [], logger);
  const app = createApp({ release: config.release, logger, metrics, health, quizzes: quizService, site });
  server.on("request", app as RequestListener);

  const metricsServer = createMetricsServer(metrics.registry, logger);
  const metricsPort = await listen(metricsServer, config.metricsPort, config.listenAddress);
  const port = await listen(server, config.port, config.listenAddress).catch((error: unknown) => {
    metricsServer.close();
    throw error;
  });
  lifecycle.started();
  logger.info("listening", { port, metricsPort });

  return {
    port,
    metricsPort,
    stop: async () => {
      logger.info("draining", { drainSeconds: config.drainSeconds });
      const cut = await lifecycle.stop(config.drainSeconds, config.shutdownSeconds);
      // Last, so that the drain itself can be watched.
      await new Promise<void>((resolve) => {
        metricsServer.close(() => resolve());
        metricsServer.closeAllConnections();
      });
      return cut;
    },
  };
}

/** Above the balancer's idle timeout, or it sends into a connection that we are just closing: a 502 for the visitor. */
function setTimeouts(server: Server, keepAliveSeconds: number): void {
  server.keepAliveTimeout = keepAliveSeconds * 1000;
  server.headersTimeout = server.keepAliveTimeout + 1000;
  server.requestTimeout = server.headersTimeout + 1000;
}

function listen(server: Server, port: number, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}
