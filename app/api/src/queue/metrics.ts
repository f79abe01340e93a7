import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";
import type { Database } from "../database/database.ts";
import { SingleFlight } from "../single-flight.ts";
import { outboxState } from "./outbox.ts";
import type { Relay } from "./relay.ts";
import type { JobResult } from "./worker.ts";

/** Outbox rows and their age, what was sent, and what became of the jobs; answers what to call with each job's result. */
export function watchQueue(
  registry: Registry,
  database: Database,
  relay: Relay,
): (result: JobResult, seconds: number) => void {
  const registers = [registry];
  // Both gauges are collected at the same time, by one query.
  const flights = new SingleFlight();
  const state = () =>
    flights.run("outbox", () =>
      database.read(outboxState).catch(() => ({ pending: Number.NaN, oldestSeconds: Number.NaN })),
    );
  new Gauge({
    name: "outbox_oldest_seconds",
    help: "Age of the oldest row that is not done; NaN while the database does not tell.",
    registers,
    async collect() {
      this.set((await state()).oldestSeconds);
    },
  });
  new Gauge({
    name: "outbox_pending",
    help: "Rows that are not done; NaN while the database does not tell.",
    registers,
    async collect() {
      this.set((await state()).pending);
    },
  });
  const sent = new Counter({
    name: "outbox_sent_total",
    help: "Rows put into the queue, repetitions too.",
    registers,
  });
  relay.onSent = (count) => sent.inc(count);
  const jobs = new Histogram({
    name: "job_duration_seconds",
    help: "Seconds that jobs took, by result: done, repeated (was done already) or failed (comes back).",
    labelNames: ["result"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  return (result, seconds) => jobs.observe({ result }, seconds);
}
