import { connect } from "node:net";
import { once } from "node:events";
import { startTestApp } from "./testing/test-app.ts";
import type { TestApp } from "./testing/test-app.ts";
import { eventually } from "./testing/eventually.ts";

let app: TestApp;
beforeAll(async () => (app = await startTestApp()));
afterAll(async () => {
  await app.stop();
});

const logged = (requestId: string) =>
  eventually("access log line", () => app.lines.find((line) => line["requestId"] === requestId));

describe("every response", () => {
  it.each(["/", "/api/quizzes", "/health/live", "/nowhere"])(
    "of %s carries the security headers",
    async (path) => {
      const { headers } = await fetch(app.url + path);
      expect(headers.get("content-security-policy")).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
          "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("x-release-colour")).toBe("green");
      expect(headers.get("x-powered-by")).toBeNull();
      expect(headers.get("connection")).toBe("keep-alive");
    },
  );
});

describe("request identity", () => {
  const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";

  it("keeps the caller's ids and logs them with the route, but not the query", async () => {
    const response = await fetch(`${app.url}/api/quizzes/astronomy?token=hunter2`, {
      headers: { "X-Request-Id": "caller-1", traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
    });
    expect(response.headers.get("x-request-id")).toBe("caller-1");
    const line = await logged("caller-1");
    expect(line).toMatchObject({
      level: "info",
      message: "request",
      method: "GET",
      route: "/api/quizzes/:id",
      path: "/api/quizzes/astronomy",
      status: 200,
      traceId,
      durationMs: expect.any(Number) as number,
    });
    expect(line["spanId"]).toMatch(/^(?!00f067aa0ba902b7)[0-9a-f]{16}$/);
    expect(JSON.stringify(line)).not.toContain("hunter2");
  });

  it.each([
    ["has a space", "a b"],
    ["is too long", "x".repeat(65)],
  ])("makes its own id when the caller's %s", async (_what, sent) => {
    const response = await fetch(`${app.url}/api/version`, { headers: { "X-Request-Id": sent } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  });

  it.each([
    `00-${"0".repeat(32)}-00f067aa0ba902b7-01`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${traceId}-01`,
    "x",
  ])("starts a trace of its own when traceparent is %s", async (traceparent) => {
    const response = await fetch(`${app.url}/api/version`, { headers: { traceparent } });
    const line = await logged(response.headers.get("x-request-id") ?? "");
    expect(line["traceId"]).toMatch(/^[0-9a-f]{32}$/);
    expect([traceId, "0".repeat(32)]).not.toContain(line["traceId"]);
  });

  it("logs health probes at debug", async () => {
    await fetch(`${app.url}/health/ready`, { headers: { "X-Request-Id": "probe-1" } });
    expect(await logged("probe-1")).toMatchObject({ level: "debug", route: "/health/ready" });
  });
});

describe("metrics", () => {
  const metrics = async () => (await fetch(`${app.metricsUrl}/metrics`)).text();

  it("label requests by route template, never by path", async () => {
    for (const path of [
      "/quizzes/wildlife",
      "/api/quizzes/wildlife",
      "/api/quizzes/alchemy",
      "/assets/nothing-1.js",
      "/wp-login.php",
    ]) {
      await fetch(app.url + path);
    }
    await fetch(`${app.url}/api/quizzes/wildlife/attempts`, { method: "POST", body: "{}" });
    const text = await eventually("the last request's metric", async () => {
      const now = await metrics();
      return now.includes('route="/api/quizzes/:id/attempts"') ? now : undefined;
    });
    expect(text).toContain(
      'http_requests_total{method="GET",route="/api/quizzes/:id",status="404",colour="green"} 1',
    );
    expect(text).toContain(
      'http_requests_total{method="POST",route="/api/quizzes/:id/attempts",status="401",colour="green"} 1',
    );
    expect(text).toContain(
      'http_requests_total{method="GET",route="/assets/:file",status="404",colour="green"} 1',
    );
    expect(text).toContain(
      'http_requests_total{method="GET",route="/quizzes/:id",status="200",colour="green"} 1',
    );
    expect(text).toMatch(
      /http_requests_total\{method="GET",route="unmatched",status="404",colour="green"\} \d/,
    );
    expect(text).toMatch(
      /http_request_duration_seconds_bucket\{le="0.05",colour="green",method="GET",route="\/api/,
    );
    expect(text).toContain(
      'app_release_info{version="9.8.7",image="registry/app@sha256:1234",colour="green"} 1',
    );
    expect(text).toMatch(/^http_requests_in_flight\{colour="green"\} 0$/m);
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds\{colour="green"\} /m);
    expect(text).not.toMatch(/wildlife|alchemy|nothing-1|wp-login/);
  });

  it("do not let clients make label values out of methods", async () => {
    await fetch(`${app.url}/api/quizzes`, { method: "PROPFIND" });
    const text = await eventually("its metric", async () => {
      const now = await metrics();
      return now.includes('status="405"') ? now : undefined;
    });
    expect(text).toContain(
      'http_requests_total{method="OTHER",route="/api/quizzes",status="405",colour="green"} 1',
    );
    expect(text).not.toContain("PROPFIND");
  });

  it("count a client that went away as 499", async () => {
    const socket = connect(app.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("PUT /api/me HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n");
    socket.write("Expect: 100-continue\r\nContent-Length: 100\r\n\r\n");
    await once(socket, "data");
    expect(await metrics()).toMatch(/^http_requests_in_flight\{colour="green"\} 1$/m);
    socket.destroy();
    await eventually("the 499", async () => ((await metrics()).includes('status="499"') ? true : undefined));
    expect(await metrics()).toMatch(/^http_requests_in_flight\{colour="green"\} 0$/m);
  });

  it("tell of pools, reads and cache", async () => {
    await fetch(`${app.url}/api/quizzes`);
    const text = await metrics();
    expect(text).toMatch(/^database_pool_connections\{pool="writer",state="open",colour="green"\} \d+$/m);
    expect(text).toMatch(/^database_reads_total\{route="writer-no-reader",colour="green"\} \d+$/m);
    expect(text).toMatch(/^cache_requests_total\{result="hit",colour="green"\} \d+$/m);
    expect(text).toMatch(/^cache_requests_total\{result="miss",colour="green"\} \d+$/m);
  });

  it("are on their own port alone, and nothing else is there", async () => {
    expect((await fetch(`${app.url}/metrics`)).status).toBe(404);
    expect((await fetch(`${app.metricsUrl}/api/quizzes`)).status).toBe(404);
    expect((await fetch(`${app.metricsUrl}/metrics`, { method: "POST" })).status).toBe(404);
  });
});

describe("connections", () => {
  it("are offered for as long as the configuration says", async () => {
    const response = await fetch(`${app.url}/api/version`);
    expect(response.headers.get("keep-alive")).toBe("timeout=65");
  });
});
