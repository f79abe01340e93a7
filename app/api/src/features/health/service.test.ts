import type { Phase } from "../../lifecycle.ts";
import { testLogger } from "../../testing/log-lines.ts";
import { HealthService } from "./service.ts";

function setUp() {
  const { lines, logger } = testLogger();
  const world = { phase: "starting" as Phase, databaseUp: false, checks: 0, lines };
  const database = {
    name: "database",
    required: true,
    check: async () => {
      world.checks += 1;
      if (!world.databaseUp) throw new Error("connection refused");
      return { lagBytes: 8 };
    },
  };
  const cache = { name: "cache", required: false, check: () => Promise.reject(new Error("away")) };
  return { world, health: new HealthService(() => world.phase, [database, cache], logger) };
}

describe("HealthService", () => {
  it("has started up once it serves and what it needs has answered, and never looks again", async () => {
    const { world, health } = setUp();
    expect(await health.startedUp()).toBe(false);
    expect(world.checks).toBe(0);
    world.phase = "serving";
    expect(await health.startedUp()).toBe(false);
    world.databaseUp = true;
    expect(await health.startedUp()).toBe(true);
    world.databaseUp = false;
    expect(await health.startedUp()).toBe(true);
    expect(world.checks).toBe(2);
  });

  it("is ready while it serves, whatever the dependencies do", () => {
    const { world, health } = setUp();
    const answers = (["starting", "serving", "draining"] as const).map((phase) => {
      world.phase = phase;
      return health.ready();
    });
    expect(answers).toEqual([false, true, false]);
    expect(world.checks).toBe(0);
  });

  it("reports a dependency that fails, and logs why", async () => {
    const { world, health } = setUp();
    const latencyMs = expect.any(Number) as number;
    const cache = { name: "cache", ok: false, latencyMs };
    expect(await health.dependencies()).toEqual([{ name: "database", ok: false, latencyMs }, cache]);
    expect(world.lines).toMatchObject([
      {
        message: "dependency check failed",
        dependency: "database",
        error: { message: "connection refused" },
      },
      { message: "dependency check failed", dependency: "cache" },
    ]);
    world.databaseUp = true;
    expect(await health.dependencies()).toEqual([
      { name: "database", ok: true, latencyMs, lagBytes: 8 },
      cache,
    ]);
  });

  it("does not wait for a dependency that says nothing", async () => {
    const { lines, logger } = testLogger();
    const silent = { name: "silent", required: false, check: () => new Promise<never>(() => undefined) };
    const [report] = await new HealthService(() => "serving", [silent], logger).dependencies();
    expect(report).toMatchObject({ name: "silent", ok: false });
    expect(lines).toMatchObject([{ error: { message: "silent: no answer within 1500 ms" } }]);
  });
});
