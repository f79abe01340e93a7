import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { createApp } from "./app.ts";
import { closeCache, initCache } from "./cache/init.ts";
import type { Config } from "./config.ts";
import { Database } from "./database/database.ts";
import { untilUsable } from "./database/until-usable.ts";
import { databaseDependencies, redisDependency } from "./features/health/dependencies.ts";
import { HealthService } from "./features/health/service.ts";
import { createCachedQuizStore } from "./features/quizzes/cached-store.ts";
import { createQuizStore } from "./features/quizzes/store.ts";
import { closeNow, listen, setTimeouts } from "./http-server.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { Logger } from "./logging.ts";
import { createMetricsServer } from "./metrics-server.ts";
import { Metrics } from "./metrics.ts";
import { watchCache, watchDatabase } from "./metrics-data.ts";
import { Opened } from "./opened.ts";
import { connectRedis, disconnectRedis } from "./redis/connect.ts";
import { loadSite } from "./static.ts";

export interface RunningApp {
  readonly port: number;
  readonly metricsPort: number;
  /** Drains and closes everything; how many requests were cut off. */
  stop(): Promise<number>;
}

/** Opens what the app needs, then listens. Rejects, with nothing left open, when something is not as it should be. */
export async function start(config: Config, webRoot: string, logger: Logger): Promise<RunningApp> {
  const opened = new Opened();
  try {
    return await open(config, webRoot, logger, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function open(config: Config, webRoot: string, logger: Logger, opened: Opened): Promise<RunningApp> {
  const site = loadSite(webRoot);
  const metrics = new Metrics(config.release);
  const database = new Database(config.database, logger);
  opened.add(() => database.close());
  await untilUsable(database, config.database, config.startupSeconds, logger);
  watchDatabase(metrics.registry, database);
  const openCache = await initCache(config.cache, logger);
  opened.add(() => closeCache(openCache));
  const { cache } = openCache;
  watchCache(metrics.registry, cache);
  // Only /health asks it: work gets there through the outbox.
  const queue = connectRedis(config.queue, "queue-sender", logger);
  opened.add(() => disconnectRedis(queue));

  const server = createServer();
  setTimeouts(server, config.keepAliveSeconds);
  const lifecycle = new Lifecycle(server);
  const dependencies = [
    ...databaseDependencies(database),
    redisDependency("cache", openCache.redis),
    redisDependency("queue", queue),
  ];
  const health = new HealthService(() => lifecycle.phase, dependencies, logger);
  const quizStore = createCachedQuizStore(createQuizStore(database), cache);
  const app = createApp({ config, logger, metrics, health, database, cache, quizStore, site });
  server.on("request", app as RequestListener);

  const metricsServer = createMetricsServer(metrics.registry, logger);
  const metricsPort = await listen(metricsServer, config.metricsPort, config.listenAddress);
  opened.add(() => closeNow(metricsServer));
  const port = await listen(server, config.port, config.listenAddress);
  lifecycle.started();
  logger.info("listening", { port, metricsPort });

  return {
    port,
    metricsPort,
    stop: async () => {
      logger.info("draining", { drainSeconds: config.drainSeconds });
      const cut = await lifecycle.stop(config.drainSeconds, config.shutdownSeconds);
      // Last, so that the drain itself can be watched, and what is in flight has all it needs.
      await opened.close();
      return cut;
    },
  };
}
