import { Agent, request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { eventually } from "./testing/eventually.ts";
import { startPlatform } from "./testing/platform.ts";
import type { TestPlatform } from "./testing/platform.ts";
import { spawnProgram } from "./testing/server-process.ts";
import type { ServerProcess } from "./testing/server-process.ts";

// Real processes, real seconds of draining.
jest.setTimeout(30_000);

let platform: TestPlatform;
beforeAll(async () => (platform = await startPlatform()));
afterAll(() => platform.remove());

let server: ServerProcess;
afterEach(() => server.dispose());

async function begin(env: Record<string, string>) {
  server = spawnProgram("server", { ...platform.env, ...env });
  const { port } = await server.logged("listening");
  return `http://127.0.0.1:${String(port)}`;
}

/** A request that the server is serving and whose body is not complete yet. */
async function requestInFlight(url: string): Promise<ClientRequest> {
  const sent = request(`${url}/api/me`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "Content-Length": BODY.length, Expect: "100-continue" },
  });
  sent.flushHeaders();
  await once(sent, "continue");
  return sent;
}

const BODY = JSON.stringify({ name: "In flight" });

async function get(url: string, agent: Agent) {
  const sent = request(url, { agent });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await text(response);
  return { status: response.statusCode, connection: response.headers.connection, reused: sent.reusedSocket };
}

describe("the program", () => {
  it("drains on SIGTERM: nothing fails, everything says Connection: close, and it leaves with 0", async () => {
    const url = await begin({ DRAIN_SECONDS: "2" });
    const keptAlive = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await get(`${url}/health/ready`, keptAlive)).toEqual({
      status: 200,
      connection: "keep-alive",
      reused: false,
    });
    const inFlight = await requestInFlight(url);

    server.kill("SIGTERM");
    await server.logged("draining");

    // A connection from before the drain, then new ones: all served, none kept.
    expect(await get(`${url}/api/quizzes`, keptAlive)).toEqual({
      status: 200,
      connection: "close",
      reused: true,
    });
    expect(await get(`${url}/api/quizzes`, keptAlive)).toEqual({
      status: 200,
      connection: "close",
      reused: false,
    });
    expect(await get(`${url}/health/ready`, keptAlive)).toEqual({
      status: 503,
      connection: "close",
      reused: false,
    });
    expect(await get(`${url}/health/live`, keptAlive)).toEqual({
      status: 200,
      connection: "close",
      reused: false,
    });
    expect(await get(`${url}/nowhere`, keptAlive)).toEqual({
      status: 404,
      connection: "close",
      reused: false,
    });

    // The listener closes while the request from before the drain is still being sent; it is answered all the same.
    await eventually("the listener to close", () =>
      fetch(`${url}/health/live`).then(
        () => undefined,
        () => true,
      ),
    );
    inFlight.end(BODY);
    const [answer] = (await once(inFlight, "response")) as [IncomingMessage];
    expect([answer.statusCode, answer.headers.connection]).toEqual([200, "close"]);
    expect(JSON.parse(await text(answer))).toMatchObject({ participant: { name: "In flight" } });

    expect(await server.exit()).toEqual([0, null]);
    expect(server.lines.at(-1)).toMatchObject({ message: "stopped", requestsCutOff: 0, level: "info" });
    expect(server.errors()).toBe("");
  });

  it("leaves with 1 when it had to cut a request off", async () => {
    const url = await begin({ DRAIN_SECONDS: "0", SHUTDOWN_SECONDS: "1" });
    const inFlight = await requestInFlight(url);
    const cut = once(inFlight, "error");
    server.kill("SIGTERM");
    expect(await server.exit()).toEqual([1, null]);
    expect(server.lines.find((line) => line["message"] === "stopped")).toMatchObject({
      requestsCutOff: 1,
      level: "error",
    });
    await cut;
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("leaves at once on a second %s", async (signal, code) => {
    await begin({ DRAIN_SECONDS: "3600" });
    server.kill(signal);
    await server.logged("draining");
    server.kill(signal);
    expect(await server.exit()).toEqual([code, null]);
  });

  it("says what is wrong with its environment, and starts nothing", async () => {
    server = spawnProgram("server", { ...platform.env, PORT: "http", APP_COLOUR: "red" });
    expect(await server.exit()).toEqual([1, null]);
    expect(server.errors()).toBe(
      "The configuration is not usable:\n" +
        '  PORT="http": write a port from 1 to 65535, or 0 for any free one.\n' +
        '  APP_COLOUR="red": write one of blue, green, none.\n',
    );
    expect(server.lines).toEqual([]);
  });

  it("says what to run when the pages are not built", async () => {
    server = spawnProgram("server", { ...platform.env, WEB_ROOT: "/nowhere" });
    expect(await server.exit()).toEqual([1, null]);
    expect(server.errors()).toBe(
      'Error: WEB_ROOT="/nowhere" holds no built pages: run "npm run build" in app/.\n',
    );
  });
});
