import type { IncomingHttpHeaders } from "node:http";
import express from "express";
import type { Express, Request, Response } from "express";
import type { z } from "zod";
import { MethodNotAllowedError } from "./errors/method-not-allowed-error.ts";
import { UnsupportedMediaTypeError } from "./errors/unsupported-media-type-error.ts";
import { ValidationError } from "./errors/validation-error.ts";
import { STRANGER } from "./visitor.ts";
import type { Remember, Visitor, VisitorCookies } from "./visitor.ts";

/**
 * Who may keep an answer. `no-cache`: anybody, but asks again each time; `no-store`: nobody; `private`: nobody, because
 * it is about one visitor; `sharedSeconds`: the CDN for so long, and browsers ask it again each time.
 */
export type CachePolicy = "no-cache" | "no-store" | "private" | { readonly sharedSeconds: number };

export interface Reply {
  readonly status: number;
  readonly body: object;
  /** What the visitor's browser is to bring along from now on; only where the route is `private`. */
  readonly remember?: Remember;
}

/** One operation of the API. Its schemas check the request and make the OpenAPI document. */
export interface Route {
  readonly method: "get" | "post" | "put";
  /** The whole path as an Express template; it is the metrics' label too. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly params: z.ZodObject | undefined;
  /** Headers that the route reads, in lower case; others are left alone. */
  readonly headers: z.ZodObject | undefined;
  readonly body: z.ZodType | undefined;
  /** Schema of the body, by status. */
  readonly responses: Readonly<Record<number, z.ZodType>>;
  readonly cache: CachePolicy;
  readonly handle: (input: RouteInput<unknown, unknown, unknown>) => Reply | Promise<Reply>;
}

export interface RouteInput<Params, Headers, Body> {
  readonly params: Params;
  readonly headers: Headers;
  readonly body: Body;
  /** Who asks; on routes that are not `private` always a stranger, so that a shared answer cannot depend on it. */
  readonly visitor: Visitor;
}

/** Ties the handler's types to the schemas; without a schema the part is `undefined`. */
export function route<
  Params extends z.ZodObject | undefined = undefined,
  Headers extends z.ZodObject | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  spec: Omit<Route, "params" | "headers" | "body" | "handle"> & {
    readonly params?: Params;
    readonly headers?: Headers;
    readonly body?: Body;
    readonly handle: (
      input: RouteInput<
        Params extends z.ZodType ? z.output<Params> : undefined,
        Headers extends z.ZodType ? z.output<Headers> : undefined,
        Body extends z.ZodType ? z.output<Body> : undefined
      >,
    ) => Reply | Promise<Reply>;
  },
): Route {
  const { params, headers, body } = spec;
  // The cast is sound: serve() passes exactly what these schemas gave.
  return { ...spec, params, headers, body, handle: spec.handle as Route["handle"] };
}

/** Registers the routes; a path that is there answers other methods with 405. */
export function mount(app: Express, routes: readonly Route[], cookies: VisitorCookies): void {
  const json = express.json({ limit: "16kb" });
  for (const [path, group] of Map.groupBy(routes, (candidate) => candidate.path)) {
    const mounted = app.route(path);
    for (const one of group) {
      if (one.body === undefined) mounted[one.method](serve(one, cookies));
      else mounted[one.method](requireJson, json, serve(one, cookies));
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

function serve(one: Route, cookies: VisitorCookies) {
  const cacheControl = cacheControlOf(one.cache);
  return async (request: Request, response: Response): Promise<void> => {
    const params = one.params && check(one.params, request.params, "path");
    const headers = one.headers && check(one.headers, pick(request.headers, one.headers), "headers");
    const body = one.body && check(one.body, request.body, "body");
    const visitor = one.cache === "private" ? cookies.read(request) : STRANGER;
    const reply = await one.handle({ params, headers, body, visitor });
    if (reply.remember !== undefined) {
      if (one.cache !== "private")
        throw new Error(`${one.operationId} is not private and may set no cookie.`);
      cookies.write(response, reply.remember);
    }
    response.status(reply.status).set("Cache-Control", cacheControl).json(reply.body);
  };
}

function cacheControlOf(policy: CachePolicy): string {
  if (policy === "private") return "private, no-store";
  if (typeof policy === "string") return policy;
  return `public, max-age=0, must-revalidate, s-maxage=${policy.sharedSeconds}`;
}

function pick(headers: IncomingHttpHeaders, schema: z.ZodObject): object {
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, headers[name]]));
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
