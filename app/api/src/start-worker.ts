import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import express from "express";
import type { Express } from "express";
import { closeCache, initCache } from "./cache/init.ts";
import type { Config } from "./config.ts";
import { Database } from "./database/database.ts";
import { untilUsable } from "./database/until-usable.ts";
import { databaseDependencies, redisDependency } from "./features/health/dependencies.ts";
import { healthRoutes } from "./features/health/routes.ts";
import { HealthService } from "./features/health/service.ts";
import { recount } from "./features/leaderboard/recount.ts";
import { listen, closeNow, setTimeouts } from "./http-server.ts";
import { Lifecycle } from "./lifecycle.ts";
import type { Logger } from "./logging.ts";
import { watchCache, watchDatabase } from "./metrics-data.ts";
import { metricsListener } from "./metrics-server.ts";
import { Metrics } from "./metrics.ts";
import { errorHandler } from "./middleware/error-handler.ts";
import { notFound } from "./middleware/not-found.ts";
import { Opened } from "./opened.ts";
import { handleJob } from "./queue/handler.ts";
import { watchQueue } from "./queue/metrics.ts";
import { JobQueue } from "./queue/queue.ts";
import { Relay } from "./queue/relay.ts";
import { JobWorker } from "./queue/worker.ts";
import { connectRedis, disconnectRedis } from "./redis/connect.ts";
import { mount } from "./route.ts";
import { versionRoutes } from "./features/version/routes.ts";
import { VisitorCookies } from "./visitor.ts";

export interface RunningWorker {
  /** Port of the probes and of `/metrics`: nobody sends a worker anything else. */
  readonly port: number;
  /** Finishes the jobs under way and closes everything; 1 when some had to be left to another worker. */
  stop(): Promise<number>;
}

/** Opens what the worker needs, then works. Rejects, with nothing left open, when something is not as it should be. */
export async function startWorker(config: Config, logger: Logger): Promise<RunningWorker> {
  const opened = new Opened();
  try {
    return await open(config, logger, opened);
  } catch (error) {
    await opened.close();
    throw error;
  }
}

async function open(config: Config, logger: Logger, opened: Opened): Promise<RunningWorker> {
  const metrics = new Metrics(config.release);
  const database = new Database(config.database, logger);
  opened.add(() => database.close());
  watchDatabase(metrics.registry, database);
  const openCache = await initCache(config.cache, logger);
  opened.add(() => closeCache(openCache));
  const { cache, redis: cacheRedis } = openCache;
  watchCache(metrics.registry, cache);

  const senderRedis = connectRedis(config.queue, "queue-sender", logger);
  opened.add(() => disconnectRedis(senderRedis));
  const queue = new JobQueue(senderRedis, logger);
  opened.add(() => queue.close());
  const relay = new Relay(database, queue, logger);
  const onResult = watchQueue(metrics.registry, database, relay);

  const server = createServer();
  setTimeouts(server, config.keepAliveSeconds);
  const lifecycle = new Lifecycle(server);
  const dependencies = [
    ...databaseDependencies(database),
    redisDependency("cache", cacheRedis),
    redisDependency("queue", senderRedis),
  ];
  const health = new HealthService(() => lifecycle.phase, dependencies, logger);
  server.on("request", probed(config, health, metrics, logger) as RequestListener);
  const port = await listen(server, config.metricsPort, config.listenAddress);
  opened.add(() => closeNow(server));
  // Probes are answered meanwhile: a worker that waits for a database is not dead.
  await untilUsable(database, config.database, config.startupSeconds, logger);

  const workerRedis = connectRedis(config.queue, "queue-worker", logger);
  opened.add(() => disconnectRedis(workerRedis));
  const worker = new JobWorker(workerRedis, (data) => handleJob(data, database, cache), onResult, logger);
  relay.start();
  const recounting = recount(database, logger);
  recounting.start();
  lifecycle.started();
  logger.info("working", { port });

  return {
    port,
    stop: async () => {
      logger.info("draining");
      // Nobody sends requests but probes: no drain, and the listener goes last.
      const [finished] = await Promise.all([
        worker.stop(config.shutdownSeconds),
        relay.stop(),
        recounting.stop(),
      ]);
      await lifecycle.stop(0, 1);
      await opened.close();
      return finished ? 0 : 1;
    },
  };
}

/** What the cluster asks a worker: how it is, which release it is, and its metrics. */
function probed(config: Config, health: HealthService, metrics: Metrics, logger: Logger): Express {
  const app = express();
  app.disable("x-powered-by");
  app.get("/metrics", metricsListener(metrics.registry, logger));
  mount(
    app,
    [...healthRoutes(health), ...versionRoutes(config.release)],
    new VisitorCookies(config.publicProtocol),
  );
  app.use(notFound);
  app.use(errorHandler(logger));
  return app;
}
