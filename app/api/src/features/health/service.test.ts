import type { Phase } from "../../lifecycle.ts";
import { parseConfig } from "../../config.ts";
import { createLogger } from "../../logging.ts";
import { collectLogLines } from "../../testing/log-lines.ts";
import { HealthService } from "./service.ts";

function setUp() {
  const { lines, output } = collectLogLines();
  const logger = createLogger(parseConfig({}), output);
  const world = { phase: "starting" as Phase, databaseUp: false, checks: 0, lines };
  const database = {
    name: "database",
    check: async () => {
      world.checks += 1;
      if (!world.databaseUp) throw new Error("connection refused");
    },
  };
  return { world, health: new HealthService(() => world.phase, [database], logger) };
}

describe("HealthService", () => {
  it("has started up once it serves and every dependency has answered, and never looks again", async () => {
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
    expect(await health.dependencies()).toEqual([{ name: "database", ok: false }]);
    expect(world.lines).toMatchObject([{ message: "dependency check failed", dependency: "database" }]);
    world.databaseUp = true;
    expect(await health.dependencies()).toEqual([{ name: "database", ok: true }]);
  });
});
