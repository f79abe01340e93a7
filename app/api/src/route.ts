import express from "express";
import type { Express, Request, Response } from "express";
import type { z } from "zod";
import { MethodNotAllowedError } from "./errors/method-not-allowed-error.ts";
import { UnsupportedMediaTypeError } from "./errors/unsupported-media-type-error.ts";
import { ValidationError } from "./errors/validation-error.ts";

/** What the response says about caching: `no-cache` may be kept but is asked for again, `no-store` is never kept. */
export type CachePolicy = "no-cache" | "no-store";

export interface Reply {
  readonly status: number;
  readonly body: object;
}

/** One operation of the API. Its schemas check the request and make the OpenAPI document. */
export interface Route {
  readonly method: "get" | "post";
  /** The whole path as an Express template; it is the metrics' label too. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  /** Schema of the body, by status. */
  readonly responses: Readonly<Record<number, z.ZodType>>;
  readonly cache: CachePolicy;
  readonly handle: (input: RouteInput<unknown, unknown>) => Reply | Promise<Reply>;
}

export interface RouteInput<Params, Body> {
  readonly params: Params;
  readonly body: Body;
}

/** Ties the handler's types to the schemas; without a schema the part is `undefined`. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  spec: Omit<Route, "params" | "body" | "handle"> & {
    readonly params?: Params;
    readonly body?: Body;
    readonly handle: (
      input: RouteInput<
        Params extends z.ZodType ? z.output<Params> : undefined,
        Body extends z.ZodType ? z.output<Body> : undefined
      >,
    ) => Reply | Promise<Reply>;
  },
): Route {
  // The cast is sound: serve() passes exactly what these two schemas gave.
  return { ...spec, params: spec.params, body: spec.body, handle: spec.handle as Route["handle"] };
}

/** Registers the routes; a path that is there answers other methods with 405. */
export function mount(app: Express, routes: readonly Route[]): void {
  const json = express.json({ limit: "16kb" });
  for (const [path, group] of Map.groupBy(routes, (candidate) => candidate.path)) {
    const mounted = app.route(path);
    for (const one of group) {
      if (one.body === undefined) mounted[one.method](serve(one));
      else mounted[one.method](requireJson, json, serve(one));
    }
    const allowed = group.flatMap(({ method }) =>
      method === "get" ? ["GET", "HEAD"] : [method.toUpperCase()],
    );
    mounted.all((request) => {
      throw new MethodNotAllowedError(request.method, allowed);
    });
  }
}

function requireJson(request: Request, _response: Response, next: () => void): void {
  if (!request.is("application/json")) throw new UnsupportedMediaTypeError(request.get("content-type"));
  next();
}

function serve(one: Route) {
  return async (request: Request, response: Response): Promise<void> => {
    const params = one.params && check(one.params, request.params, "path");
    const body = one.body && check(one.body, request.body, "body");
    const reply = await one.handle({ params, body });
    response.status(reply.status).set("Cache-Control", one.cache).json(reply.body);
  };
}

function check(schema: z.ZodType, value: unknown, whole: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ValidationError(
    parsed.error.issues.flatMap((issue) => {
      // One problem for each unknown key, so that the field can be named.
      const paths =
        issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      const message =
        issue.code === "unrecognized_keys" ? "is not a known field; leave it out" : issue.message;
      return paths.map((path) => ({ field: path.length === 0 ? whole : path.join("."), message }));
    }),
  );
}
