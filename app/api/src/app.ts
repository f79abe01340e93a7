import express from "express";
import type { Express } from "express";
import type { Release } from "./config.ts";
import { healthRoutes } from "./features/health/routes.ts";
import type { HealthService } from "./features/health/service.ts";
import { quizRoutes } from "./features/quizzes/routes.ts";
import type { QuizService } from "./features/quizzes/service.ts";
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

/** What the app is made of; each part is opened and closed by who makes it. */
export interface AppParts {
  readonly release: Release;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly health: HealthService;
  readonly quizzes: QuizService;
  readonly site: Site;
}

export function createApp({ release, logger, metrics, health, quizzes, site }: AppParts): Express {
  const app = express();
  app.disable("x-powered-by");
  app.use(requestIdentity, measure(metrics), accessLog(logger), standardHeaders(release));

  const routes: readonly Route[] = [
    ...quizRoutes(quizzes),
    ...versionRoutes(release),
    ...healthRoutes(health),
  ];
  mount(app, [...routes, openApiRoute(release, routes)]);
  mountSite(app, site);

  app.use(notFound);
  app.use(errorHandler(logger));
  return app;
}
