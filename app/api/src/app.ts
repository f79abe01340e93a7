import express from "express";
import type { Express } from "express";
import type { Config } from "./config.ts";
import type { Cache } from "./cache/cache.ts";
import type { Database } from "./database/database.ts";
import { attemptRoutes } from "./features/attempts/routes.ts";
import { AttemptService } from "./features/attempts/service.ts";
import { healthRoutes } from "./features/health/routes.ts";
import type { HealthService } from "./features/health/service.ts";
import { leaderboardRoutes } from "./features/leaderboard/routes.ts";
import { LeaderboardService } from "./features/leaderboard/service.ts";
import { participantRoutes } from "./features/participants/routes.ts";
import { quizRoutes } from "./features/quizzes/routes.ts";
import { QuizService } from "./features/quizzes/service.ts";
import type { QuizStore } from "./features/quizzes/store.ts";
import { versionRoutes } from "./features/version/routes.ts";
import type { Logger } from "./logging.ts";
import type { Metrics } from "./metrics.ts";
import { accessLog } from "./middleware/access-log.ts";
import { errorHandler } from "./middleware/error-handler.ts";
import { measure } from "./middleware/measure.ts";
import { notFound } from "./middleware/not-found.ts";
import { requestIdentity } from "./middleware/request-identity.ts";
import { standardHeaders } from "./middleware/standard-headers.ts";
import { openApiRoute } from "./openapi.ts";
import { mount } from "./route.ts";
import type { Route } from "./route.ts";
import { mountSite } from "./static.ts";
import type { Site } from "./static.ts";
import { VisitorCookies } from "./visitor.ts";

/** What the app is made of; each part is opened and closed by who makes it. */
export interface AppParts {
  readonly config: Pick<Config, "release" | "publicProtocol">;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthService;
  readonly database: Database;
  readonly cache: Cache;
  readonly quizStore: QuizStore;
  readonly site: Site;
}

export function createApp(parts: AppParts): Express {
  const { config, logger, metrics, health, database, cache, quizStore, site } = parts;
  const app = express();
  app.disable("x-powered-by");
  app.use(requestIdentity, measure(metrics), accessLog(logger), standardHeaders(config.release));

  const quizzes = new QuizService(quizStore);
  const routes: readonly Route[] = [
    ...quizRoutes(quizzes),
    ...participantRoutes(database),
    ...attemptRoutes(new AttemptService(database, quizzes)),
    ...leaderboardRoutes(new LeaderboardService(database, cache, quizzes)),
    ...versionRoutes(config.release),
    ...healthRoutes(health),
  ];
  mount(app, [...routes, openApiRoute(config.release, routes)], new VisitorCookies(config.publicProtocol));
  mountSite(app, site);

  app.use(notFound);
  app.use(errorHandler(logger, site.page));
  return app;
}
