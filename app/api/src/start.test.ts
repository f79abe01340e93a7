import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { startTestApp } from "./testing/test-app.ts";

async function occupiedPort() {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, free: () => server.close() };
}

describe("start", () => {
  it("fails when its port is taken, and leaves the metrics port free", async () => {
    const taken = await occupiedPort();
    const spare = await occupiedPort();
    spare.free();
    const env = { PORT: String(taken.port), METRICS_PORT: String(spare.port) };
    await expect(startTestApp(env)).rejects.toThrow("EADDRINUSE");
    taken.free();
    const app = await startTestApp(env);
    expect(app.url).toBe(`http://127.0.0.1:${taken.port}`);
    expect(await app.stop()).toBe(0);
  });
});
