import { once } from "node:events";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { Lifecycle } from "./lifecycle.ts";
import { eventually } from "./testing/eventually.ts";

/** A server whose responses the test ends. */
async function setUp() {
  const waiting: ServerResponse[] = [];
  const server = createServer((_request, response) => waiting.push(response));
  const lifecycle = new Lifecycle(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  lifecycle.started();
  const get = async () => {
    const arrived = once(server, "request");
    const answer = fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    await arrived;
    return { answer, response: waiting.pop() as ServerResponse };
  };
  return { server, lifecycle, waiting, get };
}

describe("Lifecycle", () => {
  it("goes from starting to serving to draining, and never back", async () => {
    const server = createServer();
    const lifecycle = new Lifecycle(server);
    expect(lifecycle.phase).toBe("starting");
    lifecycle.started();
    expect(lifecycle.phase).toBe("serving");
    const stopped = lifecycle.stop(0, 1);
    lifecycle.started();
    expect(lifecycle.phase).toBe("draining");
    expect(await stopped).toBe(0);
  });

  it("lets a request that began before the drain finish, with Connection: close", async () => {
    const { lifecycle, get } = await setUp();
    const { answer, response } = await get();
    const stopped = lifecycle.stop(0, 10);
    response.end("done");
    const received = await answer;
    expect([received.headers.get("connection"), await received.text()]).toEqual(["close", "done"]);
    expect(await stopped).toBe(0);
  });

  it("closes a connection that had promised keep-alive as soon as its response is through", async () => {
    const { server, lifecycle, waiting } = await setUp();
    // A bare socket: it keeps the connection for as long as the server does.
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: test\r\n\r\n");
    await once(server, "request");
    const response = waiting.pop() as ServerResponse;
    response.write("half, ");
    await once(socket, "readable");
    const stopped = lifecycle.stop(0, 60);
    // From now on no connection is idle that Node would close together with the listener.
    await eventually("the listener to close", () => (server.listening ? undefined : true));
    response.end("done");
    const received = await text(socket);
    expect(received).toContain("Connection: keep-alive");
    expect(received).toMatch(/half, .*done/s);
    expect(await stopped).toBe(0);
  });

  it("cuts off what takes longer than the grace, and counts it", async () => {
    const { lifecycle, get } = await setUp();
    const { answer } = await get();
    const failed = expect(answer).rejects.toThrow("fetch failed");
    expect(await lifecycle.stop(0, 0.05)).toBe(1);
    await failed;
  });
});
