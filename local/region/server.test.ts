import { mkdtempSync, rmSync, statSync } from "node:fs";
import { once } from "node:events";
import { createServer, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsError } from "../aws/model.ts";
import { callRegion } from "./client.ts";
import { serve } from "./server.ts";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Handlers } from "./server.ts";

describe("server and client", () => {
  let folder: string;
  let socket: string;
  let server: Server;
  let logged: jest.SpyInstance;
  const calls: unknown[] = [];
  const never = (): Promise<never> => new Promise(() => undefined);
  const handlers = {
    "aws/create": async (body, progress) => {
      calls.push(body);
      progress("one");
      progress("two");
      return { ...body, id: "box-1", outputs: {} };
    },
    "aws/read": async () => null,
    "aws/update": async () => {
      throw new AwsError("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist");
    },
    "aws/delete": async () => {
      throw new Error("disk is full");
    },
    "aws/invoke": never,
    "kubernetes/access": never,
    "dns/resolve": never,
    status: never,
    shutdown: never,
  } satisfies Handlers;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "twinstack-server-"));
    socket = join(folder, "run", "region.sock");
    server = await serve(socket, handlers);
    logged = jest.spyOn(console, "error").mockImplementation(() => undefined);
    calls.length = 0;
  });
  afterEach(async () => {
    logged.mockRestore();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  const post = (path: string, body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const call = request({ socketPath: socket, path, method: "POST" }, (response) => {
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve(text));
      });
      let text = "";
      call.on("error", reject).end(body);
    });

  it("streams progress, then the result", async () => {
    const progress: string[] = [];
    const body = { urn: "u", type: "t", inputs: { ä: "ö\n" } };
    const result = await callRegion("aws/create", body, { socket, progress: (line) => progress.push(line) });
    expect(result).toEqual({ ...body, id: "box-1", outputs: {} });
    expect(progress).toEqual(["one", "two"]);
    expect(calls).toEqual([body]);
    expect(await callRegion("aws/read", { type: "t", id: "i" }, { socket })).toBeNull();
  });

  it("hands on AWS's code and message, and calls everything else a failed part", async () => {
    await expect(
      callRegion("aws/update", { type: "t", id: "i", inputs: {} }, { socket }),
    ).rejects.toMatchObject({
      name: "RegionError",
      code: "InvalidVpcID.NotFound",
      message: "The vpc ID 'vpc-1' does not exist",
    });
    await expect(callRegion("aws/delete", { type: "t", id: "i" }, { socket })).rejects.toMatchObject({
      code: "PartFailed",
      message: "disk is full",
    });
    expect(logged).toHaveBeenCalledTimes(1);
  });

  it("refuses unknown calls and bodies that are not JSON objects, without quoting them", async () => {
    expect(await post("/v1/toString", "{}")).toBe(
      `{"error":{"code":"UnknownOperation","message":"the region has no POST /v1/toString"}}\n`,
    );
    const refused = `{"error":{"code":"InvalidRequest","message":"the request's body is not a JSON object"}}\n`;
    expect(await post("/v1/aws/create", `{"password": hunter2`)).toBe(refused);
    expect(await post("/v1/aws/create", `"hunter2"`)).toBe(refused);
    expect(calls).toEqual([]);
  });

  it("refuses a body that is longer than any program's, and gives nobody for ever to send one", async () => {
    const body = Buffer.alloc(16 * 1024 * 1024 + 1, "x").toString();
    expect(await post("/v1/aws/create", body)).toBe(
      `{"error":{"code":"InvalidRequest","message":"The request's body is longer than 16777216 bytes"}}\n`,
    );
    expect(server).toMatchObject({ headersTimeout: 10_000, requestTimeout: 30_000 });
    expect(calls).toEqual([]);
  });

  it("opens its socket to this user alone", () => {
    expect(statSync(socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "run")).mode & 0o777).toBe(0o700);
  });

  it("says what to do when no region runs, or when it ends in the middle of a call", async () => {
    const missing = join(folder, "none.sock");
    await expect(callRegion("status", {}, { socket: missing })).rejects.toMatchObject({
      code: "RegionNotRunning",
      message: `no region runs on this machine (nothing answers at ${missing}): run "make up" first`,
    });
    const waiting = callRegion("status", {}, { socket });
    const cut = new Promise((resolve) => server.once("request", () => setImmediate(resolve)));
    const expectation = expect(waiting).rejects.toMatchObject({ code: "RegionDied" });
    await cut;
    server.closeAllConnections();
    await expectation;
  });

  it("gives up on a region that says nothing, but not on one that works long", async () => {
    const silent = createServer(() => undefined);
    const path = join(folder, "silent.sock");
    silent.listen(path);
    await once(silent, "listening");
    await expect(callRegion("status", {}, { socket: path, silenceMs: 50 })).rejects.toMatchObject({
      code: "RegionSilent",
      message: `the region at ${path} does not answer status: run "make down"`,
    });
    // Long enough for several silences, with a heartbeat in each.
    const working = callRegion("aws/invoke", { token: "t", args: {} }, { socket, silenceMs: 4000 });
    let beats = 0;
    const beaten = Promise.withResolvers<undefined>();
    server.once("request", (_request, response: ServerResponse) => {
      const write = response.write.bind(response);
      response.write = (...line: [string]) => {
        if (line[0] === "\n" && ++beats === 2) beaten.resolve(undefined);
        return write(...line);
      };
    });
    const expectation = expect(working).rejects.toMatchObject({ code: "RegionDied" });
    await beaten.promise;
    server.closeAllConnections();
    await expectation;
    silent.closeAllConnections();
    silent.close();
  }, 30_000);

  it("writes nothing after an answer that its caller reads late", async () => {
    const path = join(folder, "late.sock");
    const text = "x".repeat(8 * 1024 * 1024);
    const heartbeatMs = 5;
    const slow = await serve(path, { ...handlers, "aws/invoke": async () => ({ text }) }, heartbeatMs);
    const ended = Promise.withResolvers<undefined>();
    slow.once("request", (_request, response: ServerResponse) => {
      const end = response.end.bind(response);
      response.end = () => {
        ended.resolve(undefined);
        return end();
      };
      response.once("error", ended.reject);
    });
    const call = request({ socketPath: path, path: "/v1/aws/invoke", method: "POST" });
    call.end('{"token":"t","args":{}}');
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    await ended.promise;
    const failed = jest.fn();
    answer.on("error", failed);
    // Two heartbeats would come in this time, while nothing is read.
    let beats = 0;
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        beats += 1;
        if (beats < 4) return;
        clearInterval(timer);
        resolve();
      }, heartbeatMs);
    });
    const chunks: Buffer[] = [];
    for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString().trim()).toBe(JSON.stringify({ result: { text } }));
    expect(failed).not.toHaveBeenCalled();
    slow.close();
  });

  it("stops waiting when its signal says so", async () => {
    const abort = new AbortController();
    const waiting = callRegion("status", {}, { socket, signal: abort.signal });
    const expectation = expect(waiting).rejects.toMatchObject({ name: "AbortError" });
    server.once("request", () => abort.abort());
    await expectation;
  });
});
