import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Gauge, Registry } from "prom-client";
import { createMetricsServer } from "./metrics-server.ts";
import { testLogger } from "./testing/log-lines.ts";

describe("createMetricsServer", () => {
  it("answers 500 and logs when a metric cannot be collected", async () => {
    const registry = new Registry();
    const collect = () => Promise.reject(new Error("no such sensor"));
    new Gauge({ name: "broken", help: "Fails.", registers: [registry], collect });
    const { lines, logger } = testLogger();
    const server = createMetricsServer(registry, logger);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`);
    server.close();
    server.closeAllConnections();
    expect([response.status, await response.text()]).toEqual([500, ""]);
    expect(lines).toMatchObject([
      { level: "error", message: "metrics could not be collected", error: { message: "no such sensor" } },
    ]);
  });
});
