import { request } from "node:http";
import { createInterface } from "node:readline";
import { regionSocket } from "../paths.ts";
import { RegionError } from "./region-error.ts";
import type { IncomingMessage } from "node:http";
import type { ApiError, RegionApi } from "./protocol.ts";

export interface CallOptions {
  /** Gives up waiting; the region finishes what it began. */
  readonly signal?: AbortSignal;
  readonly progress?: (message: string) => void;
  /** Default: `regionSocket()`. */
  readonly socket?: string;
}

type Line = { progress: string } | { result: unknown } | { error: ApiError };

/**
 * One call of the region. Rejects with a RegionError: the region's own code and message, or `RegionNotRunning`
 * when none answers on the socket, `RegionDied` when it ended in the middle (the call is safe to repeat).
 */
export async function callRegion<K extends keyof RegionApi>(
  name: K,
  body: RegionApi[K]["request"],
  options: CallOptions = {},
): Promise<RegionApi[K]["result"]> {
  const socket = options.socket ?? regionSocket();
  const response = await post(socket, name, JSON.stringify(body), options.signal);
  try {
    for await (const text of createInterface({ input: response, crlfDelay: Infinity })) {
      if (text === "") continue;
      const line = JSON.parse(text) as Line;
      if ("progress" in line) options.progress?.(line.progress);
      else if ("error" in line) throw new RegionError(line.error.code, line.error.message);
      else return line.result as RegionApi[K]["result"];
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof RegionError) throw error;
    throw died(name, error);
  }
  options.signal?.throwIfAborted();
  throw died(name);
}

function post(
  socketPath: string,
  name: string,
  body: string,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      path: `/v1/${name}`,
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      // Calls last as long as a part takes to start; a shared connection would make them wait for each other.
      agent: false,
      ...(signal ? { signal } : {}),
    });
    call.on("response", resolve);
    call.on("error", (error: NodeJS.ErrnoException) => reject(explain(error, socketPath, name)));
    call.end(body);
  });
}

function explain(error: NodeJS.ErrnoException, socketPath: string, name: string): Error {
  if (error.code === "ENOENT" || error.code === "ECONNREFUSED") {
    return new RegionError(
      "RegionNotRunning",
      `no region runs on this machine (nothing answers at ${socketPath}): run "make up" first`,
    );
  }
  if (error.code === "EACCES") {
    return new RegionError("AccessDenied", `${socketPath} belongs to another user: run this as root`);
  }
  return error.name === "AbortError" ? error : died(name, error);
}

function died(name: string, cause?: unknown): RegionError {
  const error = new RegionError(
    "RegionDied",
    `the region ended before it had answered ${name}: run the command again; "make status" and its log say why`,
  );
  error.cause = cause;
  return error;
}
