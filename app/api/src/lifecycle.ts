import type { Server, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";

export type Phase = "starting" | "serving" | "draining";

/**
 * The process's life as a balancer sees it: starting → serving → draining → gone.
 *
 * Draining keeps the listener open, because a balancer goes on sending for some seconds after it was told not to;
 * meanwhile readiness fails and every response says `Connection: close`, so that clients leave by themselves.
 */
export class Lifecycle {
  #phase: Phase = "starting";
  #closing = false;
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();

  constructor(server: Server) {
    this.#server = server;
    // On the server, before the app: a response that the app never hears of must say it too.
    server.prependListener("request", (_request, response: ServerResponse) => this.#track(response));
  }

  get phase(): Phase {
    return this.#phase;
  }

  started(): void {
    if (this.#phase === "starting") this.#phase = "serving";
  }

  /**
   * Drains, closes the listener, waits for requests in flight.
   *
   * @param drainSeconds how long the listener stays open.
   * @param shutdownSeconds how long requests in flight may take after that.
   * @returns how many requests had to be cut off; 0 in a good shutdown.
   */
  async stop(drainSeconds: number, shutdownSeconds: number): Promise<number> {
    this.#phase = "draining";
    for (const response of this.#open) sayClose(response);
    await delay(drainSeconds * 1000);

    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const patience = new AbortController();
    await Promise.race([closed, delay(shutdownSeconds * 1000, undefined, { signal: patience.signal })]);
    patience.abort();
    const cut = this.#open.size;
    this.#server.closeAllConnections();
    await closed;
    return cut;
  }

  #track(response: ServerResponse): void {
    this.#open.add(response);
    if (this.#phase === "draining") sayClose(response);
    response.once("close", () => {
      this.#open.delete(response);
      // A connection whose response promised keep-alive before the drain began is idle only now.
      if (this.#closing) setImmediate(() => this.#server.closeIdleConnections());
    });
  }
}

function sayClose(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader("Connection", "close");
}
