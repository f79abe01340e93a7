import { request } from "node:http";
import { createInterface } from "node:readline";
import { dirname } from "node:path";
import { describeProcess, isStopped } from "../parts/host/process-state.ts";
import { regionSocket } from "../paths.ts";
import { HEARTBEAT_HEADER } from "./protocol.ts";
import { RegionError } from "./region-error.ts";
import { holderPath } from "./settings.ts";
import { readHolder } from "./takeover.ts";
import type { IncomingMessage } from "node:http";
import type { ApiError, RegionApi } from "./protocol.ts";
import type { Holder } from "./takeover.ts";

export interface CallOptions {
  /** Gives up waiting; the region finishes what it began. */
  readonly signal?: AbortSignal;
  readonly progress?: (message: string) => void;
  /** Default: `regionSocket()`. */
  readonly socket?: string;
  /** Longest silence, in milliseconds; default 20 s. How long a call takes is not limited: a region that works says so. */
  readonly silenceMs?: number;
}

const SILENCE_MS = 20_000;

type Line = { progress: string } | { result: unknown } | { error: ApiError };

/**
 * One call of the region. Rejects with a RegionError: the region's own code and message, or `RegionNotRunning`
 * when none answers on the socket, `RegionDied` when it ended in the middle (the call is safe to repeat), `RegionSilent` when it
 * is there and says nothing, not even that it works: it was stopped, or hangs.
 */
export async function callRegion<K extends keyof RegionApi>(
  name: K,
  body: RegionApi[K]["request"],
  options: CallOptions = {},
): Promise<RegionApi[K]["result"]> {
  const socket = options.socket ?? regionSocket();
  const silence = new Silence(options.silenceMs ?? SILENCE_MS);
  const signal = AbortSignal.any([silence.signal, ...(options.signal ? [options.signal] : [])]);
  try {
    const response = await post(socket, name, JSON.stringify(body), signal);
    // One of older code does not say that it works: it is only held to answering at all.
    if (response.headers[HEARTBEAT_HEADER] === undefined) silence.end();
    response.on("data", () => silence.broken());
    for await (const text of createInterface({ input: response, crlfDelay: Infinity })) {
      if (text === "") continue;
      const line = JSON.parse(text) as Line;
      if ("progress" in line) options.progress?.(line.progress);
      else if ("error" in line) throw new RegionError(line.error.code, line.error.message);
      else return line.result as RegionApi[K]["result"];
    }
  } catch (error) {
    if (silence.signal.aborted) throw silent(socket, name);
    options.signal?.throwIfAborted();
    if (error instanceof RegionError) throw error;
    throw died(name, error);
  } finally {
    silence.end();
  }
  if (silence.signal.aborted) throw silent(socket, name);
  options.signal?.throwIfAborted();
  throw died(name);
}

/** Aborts when nothing was heard for so long. */
class Silence {
  readonly #abort = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #heard = 0;

  constructor(milliseconds: number) {
    this.#timer = setTimeout(() => this.#expire(), milliseconds);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  broken(): void {
    this.#heard += 1;
    this.#timer.refresh();
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  /** It may have been this process that was stopped, or busy: what came meanwhile is read first. */
  #expire(): void {
    const heard = this.#heard;
    setImmediate(() => {
      if (heard === this.#heard) this.#abort.abort();
    });
  }
}

function post(socketPath: string, name: string, body: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      path: `/v1/${name}`,
      method: "POST",
      headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
      // Calls last as long as a part takes to start; a shared connection would make them wait for each other.
      agent: false,
      signal,
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

function silent(socket: string, name: string): RegionError {
  const holder = holderAt(socket);
  if (holder === undefined) {
    return new RegionError(
      "RegionSilent",
      `the region at ${socket} does not answer ${name}: run "make down"`,
    );
  }
  const { pid, owner } = holder;
  const hint = isStopped(pid)
    ? `"make down" in ${owner} ends it and takes everything away`
    : `"kill -9 ${pid}" and the same command again go on with everything that runs; its log may say why`;
  return new RegionError(
    "RegionSilent",
    `the region of ${owner} (${describeProcess(pid)}) does not answer ${name}: ${hint}`,
  );
}

/** The region that listens on this socket; undefined when no holder says so. */
function holderAt(socket: string): Holder | undefined {
  return [true, false]
    .map((parts) => readHolder(holderPath(parts)))
    .find((holder) => holder?.runDir === dirname(socket));
}
