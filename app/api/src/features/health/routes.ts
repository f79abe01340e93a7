import { z } from "zod";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";
import type { HealthService } from "./service.ts";

const probe = z.strictObject({ status: z.enum(["ok", "unavailable"]) });
const report = z.strictObject({
  status: z.enum(["ok", "degraded"]),
  phase: z.enum(["starting", "serving", "draining"]),
  dependencies: z.array(
    z.strictObject({
      name: z.string(),
      ok: z.boolean(),
      latencyMs: z.number(),
      lagBytes: z.number().optional(),
    }),
  ),
});

export function healthRoutes(health: HealthService): readonly Route[] {
  return [
    probeRoute("startup", "Whether what the process cannot do without has answered since the start.", () =>
      health.startedUp(),
    ),
    probeRoute("ready", "Whether this process takes requests; says nothing about dependencies.", () =>
      health.ready(),
    ),
    probeRoute("live", "Whether this process answers.", () => true),
    route({
      method: "get",
      path: "/health",
      operationId: "getHealth",
      summary: "The process and its dependencies, for people; always 200.",
      responses: { 200: report },
      cache: "no-store",
      handle: async () => {
        const dependencies = await health.dependencies();
        const status = dependencies.every(({ ok }) => ok) ? "ok" : "degraded";
        return { status: 200, body: { status, phase: health.phase, dependencies } };
      },
    }),
  ];
}

function probeRoute(name: string, summary: string, passes: () => boolean | Promise<boolean>): Route {
  return route({
    method: "get",
    path: `/health/${name}`,
    operationId: `probe${name.charAt(0).toUpperCase()}${name.slice(1)}`,
    summary,
    responses: { 200: probe, 503: probe },
    cache: "no-store",
    handle: async () =>
      (await passes())
        ? { status: 200, body: { status: "ok" } }
        : { status: 503, body: { status: "unavailable" } },
  });
}
