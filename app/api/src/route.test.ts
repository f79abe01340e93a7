import express from "express";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { errorHandler } from "./middleware/error-handler.ts";
import { mount, route } from "./route.ts";
import type { CachePolicy, Route } from "./route.ts";
import { testLogger } from "./testing/log-lines.ts";
import { VisitorCookies } from "./visitor.ts";

const TOKEN = "t".repeat(43);

async function ask(one: Route, cookie: string, protocol: "http" | "https" = "http") {
  const app = express();
  mount(app, [one], new VisitorCookies(protocol));
  app.use(errorHandler(testLogger().logger));
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/thing`, { headers: { Cookie: cookie } });
  const body = await response.json();
  server.close();
  server.closeAllConnections();
  return { status: response.status, headers: response.headers, body };
}

/** Answers what it is told of the visitor. */
const telling = (cache: CachePolicy) =>
  route({
    method: "get",
    path: "/thing",
    operationId: "getThing",
    summary: "",
    responses: { 200: z.object({}) },
    cache,
    handle: ({ visitor }) => ({
      status: 200,
      body: { token: visitor.token ?? null, seen: visitor.seen === undefined ? null : `${visitor.seen}` },
    }),
  });

describe("who may keep an answer", () => {
  it.each<[CachePolicy, string]>([
    ["no-cache", "no-cache"],
    ["no-store", "no-store"],
    ["private", "private, no-store"],
    [{ sharedSeconds: 7 }, "public, max-age=0, must-revalidate, s-maxage=7"],
  ])("%j", async (policy, header) => {
    expect((await ask(telling(policy), "")).headers.get("cache-control")).toBe(header);
  });

  it.each<CachePolicy>(["no-cache", "no-store", { sharedSeconds: 7 }])(
    "an answer that is %j cannot depend on who asks",
    async (policy) => {
      const { body } = await ask(telling(policy), `participant=${TOKEN}; seen=0-A`);
      expect(body).toEqual({ token: null, seen: null });
    },
  );

  it("a private one can", async () => {
    const { body } = await ask(telling("private"), `participant=${TOKEN}; seen=1-A`);
    expect(body).toEqual({ token: TOKEN, seen: "4294967306" });
  });

  it("and only a private one may set cookies", async () => {
    const setting = (cache: CachePolicy) => ({
      ...telling(cache),
      handle: () => ({ status: 200, body: {}, remember: { token: TOKEN } }),
    });
    for (const policy of ["no-cache", "no-store", { sharedSeconds: 7 }] as const) {
      const { status, headers } = await ask(setting(policy), "");
      expect([status, headers.getSetCookie()]).toEqual([500, []]);
    }
    expect((await ask(setting("private"), "")).headers.getSetCookie()).toHaveLength(1);
  });
});

describe("the visitor's cookies", () => {
  const remembering = (seen: bigint) => ({
    ...telling("private"),
    handle: () => ({ status: 200, body: {}, remember: { token: TOKEN, seen } }),
  });

  it("are out of reach for scripts, other sites and other hosts", async () => {
    const { headers } = await ask(remembering(10n), "", "https");
    expect(headers.getSetCookie().map((line) => line.replace(/Expires=[^;]+; /, ""))).toEqual([
      `__Host-participant=${TOKEN}; Max-Age=34560000; Path=/; HttpOnly; Secure; SameSite=Strict`,
      "__Host-seen=0-A; Max-Age=86400; Path=/; HttpOnly; Secure; SameSite=Strict",
    ]);
  });

  it("work without https where there is none", async () => {
    const { headers } = await ask(remembering(10n), "");
    expect(headers.getSetCookie().every((line) => !/Secure|__Host/.test(line))).toBe(true);
  });

  it("never lead back behind what was seen", async () => {
    const { headers } = await ask(remembering(10n), "seen=0-FF");
    expect(headers.getSetCookie()[1]).toMatch(/^seen=0-FF;/);
  });

  it.each(["participant=short; seen=x", "participant=; seen=0/A/B", "participant", ";;=;"])(
    "are left alone when they are none of ours: %s",
    async (cookie) => {
      expect((await ask(telling("private"), cookie)).body).toEqual({ token: null, seen: null });
    },
  );
});
