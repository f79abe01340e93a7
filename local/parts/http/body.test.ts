import { once } from "node:events";
import { createServer, request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { createConnection } from "node:net";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

import { BodyError, discardRest, readBody } from "./body.ts";
import { SERVER_LIMITS } from "./limits.ts";

const MOST = 1000;
let refusals: unknown[] = [];
const server = createServer(
  // The project's own limits, in less time.
  { ...SERVER_LIMITS, requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 },
  (message, response) => {
    readBody(message, MOST).then(
      (body) => response.end(`${body.length}`),
      (error: unknown) => {
        refusals.push(error instanceof BodyError ? [error.status, error.code] : error);
        discardRest(response);
        response.writeHead(413).end("refused");
      },
    );
  },
);
const port = (): number => (server.address() as AddressInfo).port;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => (refusals = []));

async function answerTo(asked: ClientRequest): Promise<readonly unknown[]> {
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  const said = await text(answer);
  asked.destroy();
  return [answer.statusCode, said, answer.headers.connection];
}
const asking = (headers: Record<string, string> = {}): ClientRequest => {
  const asked = request({ host: "127.0.0.1", port: port(), method: "POST", headers, agent: false });
  asked.on("error", () => undefined);
  return asked;
};

it("takes a body of the most bytes that are taken, in one piece or in many", async () => {
  const whole = asking({ connection: "keep-alive" });
  whole.end(Buffer.alloc(MOST));
  expect(await answerTo(whole)).toEqual([200, "1000", "keep-alive"]);
  const pieces = asking({ connection: "keep-alive" });
  for (let sent = 0; sent < MOST; sent += 100) pieces.write(Buffer.alloc(100));
  pieces.end();
  expect(await answerTo(pieces)).toEqual([200, "1000", "keep-alive"]);
});

it("refuses a longer one before it has come", async () => {
  const said = asking({ "content-length": `${MOST + 1}` });
  said.flushHeaders();
  expect((await answerTo(said)).slice(0, 2)).toEqual([413, "refused"]);
  const chunked = asking();
  chunked.write(Buffer.alloc(MOST + 1));
  expect((await answerTo(chunked)).slice(0, 2)).toEqual([413, "refused"]);
  expect(refusals).toEqual([
    [413, "RequestEntityTooLarge"],
    [413, "RequestEntityTooLarge"],
  ]);
});

it("lets the client send the rest, and answers the next request of the connection", async () => {
  const socket = createConnection(port(), "127.0.0.1");
  const head = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${100 * MOST}\r\n\r\n`;
  socket.write(`${head}${"x".repeat(100 * MOST)}`);
  socket.write("POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 1\r\n\r\n1");
  expect((await text(socket)).match(/^HTTP\/1\.1 \d+/gm)).toEqual(["HTTP/1.1 413", "HTTP/1.1 200"]);
});

it("ends the connection on which the rest goes on and on", async () => {
  const socket = createConnection(port(), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write("POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n");
  const chunk = `${MOST.toString(16)}\r\n${"x".repeat(MOST)}\r\n`;
  const more = (): void => {
    socket.write(chunk, (error) => {
      if (!error) setImmediate(more);
    });
  };
  const closed = new Promise((resolve) => socket.on("close", resolve));
  more();
  let answered = "";
  socket.on("data", (data) => (answered += data.toString()));
  await closed;
  expect(answered).toMatch(/^HTTP\/1\.1 413 /);
  expect(refusals).toEqual([[413, "RequestEntityTooLarge"]]);
});

it.each([
  ["body", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n1", [[408, "RequestTimeout"]]],
  ["headers", "POST / HTTP/1.1\r\nhost:", []],
])("gives up on %s that do not come", async (_what, sent, expected) => {
  const socket = createConnection(port(), "127.0.0.1");
  socket.write(sent);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /);
  expect(refusals).toEqual(expected);
});
