import { createServer, type Server } from "node:http";

/** The loop looks every second; a rollout that it conducts may take a command's time. */
const HUNG_MS = 60_000;

/**
 * Answers the kubelet's probes. Ready once the load balancer's API has answered: a guard that can never move a weight takes no
 * rollout. Live while its loop goes on.
 */
export class Health {
  #ready = false;
  #beatAt = performance.now();

  isReady(): void {
    this.#ready = true;
  }

  beat(): void {
    this.#beatAt = performance.now();
  }

  /** The HTTP status of a probe's path. */
  statusOf(path: string | undefined, now = performance.now()): 200 | 404 | 503 {
    if (path === "/ready") return this.#ready ? 200 : 503;
    if (path === "/live") return now - this.#beatAt < HUNG_MS ? 200 : 503;
    return 404;
  }

  listen(port: number): Server {
    return createServer(({ url }, response) => {
      response.writeHead(this.statusOf(url)).end();
    }).listen(port);
  }
}
