import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type { Release } from "./config.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export interface ServedRequest {
  readonly method: string;
  /** The route's template, e.g. `/api/quizzes/:id`; never the path, whose ids would each become a time series. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** The process's metrics: Node's own (with event-loop lag), and requests by method, route template and status. */
export class Metrics {
  readonly registry = new Registry();
  readonly #requests: Counter<"method" | "route" | "status">;
  readonly #duration: Histogram<"method" | "route" | "status">;
  readonly #inFlight: Gauge;

  constructor(release: Release) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ colour: release.colour });
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: "app_release_info",
      help: "Always 1; the labels say which release this process is.",
      labelNames: ["version", "image"],
      registers,
    }).set({ version: release.version, image: release.image }, 1);
    this.#requests = new Counter({
      name: "http_requests_total",
      help: "Requests answered; status 499 when the client went away first.",
      labelNames: ["method", "route", "status"],
      registers,
    });
    this.#duration = new Histogram({
      name: "http_request_duration_seconds",
      help: "Seconds from the request's headers to the end of its response.",
      labelNames: ["method", "route", "status"],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#inFlight = new Gauge({
      name: "http_requests_in_flight",
      help: "Requests being served now.",
      registers,
    });
  }

  requestStarted(): void {
    this.#inFlight.inc();
  }

  requestEnded({ method, route, status, seconds }: ServedRequest): void {
    // Any token is a method to a client; only the known ones may become label values.
    const labels = { method: METHODS.has(method) ? method : "OTHER", route, status: String(status) };
    this.#inFlight.dec();
    this.#requests.inc(labels);
    this.#duration.observe(labels, seconds);
  }
}
