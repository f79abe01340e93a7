import express from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Phase } from "../../lifecycle.ts";
import { mount } from "../../route.ts";
import { testLogger } from "../../testing/log-lines.ts";
import { VisitorCookies } from "../../visitor.ts";
import { healthRoutes } from "./routes.ts";
import { HealthService } from "./service.ts";

async function answers(phase: Phase, databaseUp: boolean) {
  const database = {
    name: "database",
    required: true,
    check: () => (databaseUp ? Promise.resolve({}) : Promise.reject(new Error("down"))),
  };
  const app = express();
  mount(
    app,
    healthRoutes(new HealthService(() => phase, [database], testLogger().logger)),
    new VisitorCookies("https"),
  );
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    return [response.status, await response.json()];
  };
  const result = {
    startup: await get("/health/startup"),
    ready: await get("/health/ready"),
    live: await get("/health/live"),
    health: await get("/health"),
  };
  server.close();
  server.closeAllConnections();
  return result;
}

const ok = [200, { status: "ok" }];
const unavailable = [503, { status: "unavailable" }];
const dependencies = (up: boolean) => [{ name: "database", ok: up, latencyMs: expect.any(Number) as number }];

describe("health routes", () => {
  it("pass while the process serves and its dependencies answer", async () => {
    const health = [200, { status: "ok", phase: "serving", dependencies: dependencies(true) }];
    expect(await answers("serving", true)).toEqual({ startup: ok, ready: ok, live: ok, health });
  });

  it("keep a serving process ready when a dependency fails", async () => {
    const health = [200, { status: "degraded", phase: "serving", dependencies: dependencies(false) }];
    expect(await answers("serving", false)).toEqual({ startup: unavailable, ready: ok, live: ok, health });
  });

  it("take a draining process out without having it killed", async () => {
    const health = [200, { status: "ok", phase: "draining", dependencies: dependencies(true) }];
    expect(await answers("draining", true)).toEqual({ startup: ok, ready: unavailable, live: ok, health });
  });
});
