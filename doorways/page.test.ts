import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pageAnswers } from "./page.ts";

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

it("asks again until the answer is 200", async () => {
  let asked = 0;
  const url = await serve((_, response) => {
    asked += 1;
    response.writeHead(asked < 3 ? 503 : 200).end();
  });
  await pageAnswers(url);
  expect(asked).toBe(3);
});

it("gives up with the last answer", async () => {
  const url = await serve((_, response) => response.writeHead(503).end());
  await expect(pageAnswers(url, 500)).rejects.toThrow(
    `${url} answers "HTTP 503" after 0.5 s: "make status" shows what runs`,
  );
});

it("gives up on a page that takes the request and never answers", async () => {
  const url = await serve(() => undefined);
  await expect(pageAnswers(url, 300)).rejects.toThrow(`${url} answers "nothing" after 0.3 s`);
});
