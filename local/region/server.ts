import { chmodSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { AwsError } from "../aws/model.ts";
import { BodyError, readBody } from "../parts/http/body.ts";
import { SERVER_LIMITS } from "../parts/http/limits.ts";
import { RegionError } from "./region-error.ts";
import { HEARTBEAT_HEADER } from "./protocol.ts";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Progress } from "./part.ts";
import type { ApiError, RegionApi } from "./protocol.ts";

export type Handlers = {
  readonly [K in keyof RegionApi]: (
    request: RegionApi[K]["request"],
    progress: Progress,
  ) => Promise<RegionApi[K]["result"]>;
};

/** A program's largest input is a user-data script or a policy; this is far above both. */
const BODY_LIMIT = 16 * 1024 * 1024;

/** Far below the silence that a client bears: a busy region may come late to it. */
const HEARTBEAT_MS = 3000;

/** Serves the protocol of protocol.ts on a Unix socket that only this user may open. `heartbeatMs`: see `HEARTBEAT_HEADER`; default 3 s. */
export async function serve(
  socketPath: string,
  handlers: Handlers,
  heartbeatMs = HEARTBEAT_MS,
): Promise<Server> {
  mkdirSync(dirname(socketPath), { recursive: true, mode: 0o700 });
  rmSync(socketPath, { force: true });
  const server = createServer(SERVER_LIMITS, (request, response) => {
    void answer(handlers, request, response, heartbeatMs);
  });
  const umask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(umask);
  }
  chmodSync(socketPath, 0o600);
  return server;
}

async function answer(
  handlers: Handlers,
  request: IncomingMessage,
  response: ServerResponse,
  heartbeatMs: number,
): Promise<void> {
  const write = (line: object): void => {
    // The caller may have gone: what it asked for is finished all the same.
    if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  response.writeHead(200, {
    "content-type": "application/jsonl",
    [HEARTBEAT_HEADER]: String(heartbeatMs / 1000),
  });
  response.flushHeaders();
  const heartbeat = setInterval(() => {
    response.write("\n");
  }, heartbeatMs);
  response.once("close", () => clearInterval(heartbeat));
  try {
    const handler = find(handlers, request);
    const body = parse(await read(request));
    write({ result: await handler(body, (message) => write({ progress: message })) });
  } catch (error) {
    write({ error: describe(error) });
  }
  // A caller that reads slowly, or is starved, closes long after the end: a write until then would end this process.
  clearInterval(heartbeat);
  response.end();
}

function find(
  handlers: Handlers,
  request: IncomingMessage,
): (body: never, progress: Progress) => Promise<unknown> {
  const name = /^\/v1\/(.+)$/.exec(request.url ?? "")?.[1] ?? "";
  if (request.method !== "POST" || !Object.hasOwn(handlers, name)) {
    throw new RegionError("UnknownOperation", `the region has no ${request.method} ${request.url}`);
  }
  return handlers[name as keyof RegionApi];
}

/** The socket's mode says who may ask; nobody else comes this far. */
async function read(request: IncomingMessage): Promise<string> {
  try {
    return (await readBody(request, BODY_LIMIT)).toString();
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    // The headers of the answer are out: were it ended now, a client that still writes would lose it.
    await finished(request.resume()).catch(() => undefined);
    throw new RegionError("InvalidRequest", error.message);
  }
}

function parse(text: string): never {
  try {
    const body: unknown = JSON.parse(text);
    if (body !== null && typeof body === "object") return body as never;
  } catch {
    // Said below: what the parser complains about would quote the body, which may hold secrets.
  }
  throw new RegionError("InvalidRequest", "the request's body is not a JSON object");
}

/** What is not an error of AWS or of ours is a part that failed; its stack goes to the region's log. */
function describe(error: unknown): ApiError {
  if (error instanceof AwsError || error instanceof RegionError)
    return { code: error.code, message: error.message };
  console.error(error);
  return { code: "PartFailed", message: error instanceof Error ? error.message : String(error) };
}
