import { z } from "zod";
import type { Release } from "./config.ts";
import { problemDetails } from "./middleware/error-handler.ts";
import { route } from "./route.ts";
import type { Route } from "./route.ts";

/** `GET /api/openapi.json`: the OpenAPI 3.1 document of the given routes, made from their schemas. */
export function openApiRoute(release: Release, routes: readonly Route[]): Route {
  const document = openApiDocument(release, routes);
  return route({
    method: "get",
    path: "/api/openapi.json",
    operationId: "getOpenApi",
    summary: "This document.",
    responses: { 200: z.looseObject({}) },
    cache: "no-cache",
    handle: () => ({ status: 200, body: document }),
  });
}

export function openApiDocument(release: Release, routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[one.method] = operation(one);
  }
  return { openapi: "3.1.0", info: { title: "Twinstack quiz API", version: release.version }, paths };
}

function operation(one: Route): object {
  return {
    operationId: one.operationId,
    summary: one.summary,
    parameters: [...parameters("path", one.params), ...parameters("header", one.headers)],
    ...(one.body && {
      requestBody: { required: true, content: { "application/json": { schema: jsonSchema(one.body) } } },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(one.responses).map(([status, schema]) => [
          status,
          { description: one.summary, content: { "application/json": { schema: jsonSchema(schema) } } },
        ]),
      ),
      default: {
        description: "Problem details (RFC 9457).",
        content: { "application/problem+json": { schema: jsonSchema(problemDetails) } },
      },
    },
  };
}

function parameters(place: "path" | "header", schema: z.ZodObject | undefined): object[] {
  return Object.entries(schema?.shape ?? {}).map(([name, one]) => ({
    name,
    in: place,
    required: true,
    schema: jsonSchema(one as z.ZodType),
  }));
}

/** Without `$schema`: a document of OpenAPI 3.1 names its dialect once, and the default is this one. */
function jsonSchema(schema: z.ZodType): object {
  return { ...z.toJSONSchema(schema, { io: "input" }), $schema: undefined };
}
