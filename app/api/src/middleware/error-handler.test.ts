import express from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { testLogger } from "../testing/log-lines.ts";
import { errorHandler } from "./error-handler.ts";

const { lines, logger } = testLogger();
const app = express();
app.get("/bug", () => {
  throw new Error("password is hunter2");
});
app.get("/half", (_request, response) => {
  response.write("half");
  throw new Error("too late");
});
app.get("/decode/:id", (_request, response) => void response.end());
app.use(errorHandler(logger));
const server = app.listen(0, "127.0.0.1");
const url = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;

beforeAll(async () => {
  if (!server.listening) await once(server, "listening");
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

describe("errorHandler", () => {
  it("tells nothing about a fault of ours, and logs it", async () => {
    const response = await fetch(url("/bug"));
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ title: "Internal server error", status: 500 });
    expect(text).not.toContain("hunter2");
    expect(lines).toMatchObject([{ level: "error", message: "request failed", method: "GET", path: "/bug" }]);
  });

  it("cuts a response that has begun, so that the client sees a failure", async () => {
    const response = await fetch(url("/half"));
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("takes Express's own client errors for what they are", async () => {
    const response = await fetch(url("/decode/%E0%A4%A"));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      title: "Unreadable request",
      detail: "The request could not be read.",
    });
  });
});
