import { freePort } from "./testing/child-server.ts";
import { eventually } from "./testing/eventually.ts";
import { startPlatform } from "./testing/platform.ts";
import type { TestPlatform } from "./testing/platform.ts";
import { spawnProgram } from "./testing/server-process.ts";
import type { ServerProcess } from "./testing/server-process.ts";

let platform: TestPlatform;
beforeAll(async () => (platform = await startPlatform()));
afterAll(() => platform.remove());

let worker: ServerProcess;
afterEach(() => worker.dispose());

describe("the worker", () => {
  it("has the same health questions as the API, and leaves with 0 on SIGTERM", async () => {
    worker = spawnProgram("worker", platform.env);
    const { port } = await worker.logged("working");
    const get = (path: string) => fetch(`http://127.0.0.1:${String(port)}${path}`);
    const status = async (path: string) => (await get(path)).status;
    expect([
      await status("/health/startup"),
      await status("/health/ready"),
      await status("/health/live"),
    ]).toEqual([200, 200, 200]);
    const health = (await (await get("/health")).json()) as object;
    expect(health).toMatchObject({
      status: "ok",
      phase: "serving",
      dependencies: [{ name: "writer" }, { name: "cache" }, { name: "queue" }],
    });
    expect(await status("/api/quizzes")).toBe(404);
    expect(await (await get("/metrics")).text()).toMatch(/^outbox_pending\{colour="none"\} 0$/m);
    worker.kill("SIGTERM");
    expect(await worker.exit()).toEqual([0, null]);
    expect(worker.lines.at(-1)).toMatchObject({ message: "stopped", level: "info" });
    expect(worker.errors()).toBe("");
  });

  it("answers probes while it waits for the database: alive, and not ready", async () => {
    const metricsPort = String(await freePort());
    worker = spawnProgram("worker", {
      ...platform.env,
      DATABASE_WRITER_PORT: "1",
      METRICS_PORT: metricsPort,
      STARTUP_SECONDS: "1",
    });
    await worker.logged("waiting for the database");
    const status = async (path: string) => (await fetch(`http://127.0.0.1:${metricsPort}${path}`)).status;
    expect([await status("/health/live"), await status("/health/ready")]).toEqual([200, 503]);
    expect(await worker.exit()).toEqual([1, null]);
    expect(worker.errors()).toMatch(/^Error: The database was not usable within 1 s/);
  });

  it("leaves while the queue is away, too", async () => {
    await platform.queue.kill("SIGKILL");
    worker = spawnProgram("worker", platform.env);
    await worker.logged("working");
    await eventually("the loss to be logged", () =>
      worker.lines.find(({ message }) => message === "connection to Redis lost"),
    );
    worker.kill("SIGTERM");
    // It would say so with 1 if it had to be cut off.
    expect(await worker.exit()).toEqual([0, null]);
    await platform.queue.start();
  });

  it("says what is wrong with its environment, and starts nothing", async () => {
    worker = spawnProgram("worker", { ...platform.env, QUEUE_HOST: "redis://queue" });
    expect(await worker.exit()).toEqual([1, null]);
    expect(worker.errors()).toBe(
      "The configuration is not usable:\n" +
        '  QUEUE_HOST="redis://queue": write a host name or address, e.g. queue.example.com.\n',
    );
  });
});
