import { existsSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";

const result = z.strictObject({
  /** `rollout`: another image. `switch`: back to the colour that is released already. */
  kind: z.enum(["rollout", "switch"]),
  keepAlive: z.boolean(),
  /** Requests a second that were to be sent. */
  rate: z.number(),
  /** Seconds from the command's start to its end. */
  seconds: z.number(),
  requests: z.int(),
  posted: z.int(),
  /** Transport error, more than 10 s, another status or body than it must be, or a release that is neither of the two. */
  failed: z.int(),
  /** Requests that k6 could not send in time. */
  dropped: z.int(),
  /** Requests that each of the two releases answered. */
  served: z.tuple([z.int(), z.int()]),
  /** Milliseconds, over the whole round. */
  p99: z.number(),
});

/** What one switch under load came to. */
export type Result = z.infer<typeof result>;

const summary = z.object({
  metrics: z.object({
    http_reqs: z.object({ values: z.object({ count: z.int() }) }),
    checks: z.object({ values: z.object({ fails: z.int() }) }),
    http_req_duration: z.object({ values: z.object({ "p(99)": z.number() }) }),
    posted: z.object({ values: z.object({ count: z.int() }) }),
    served_0: z.object({ values: z.object({ count: z.int() }) }).optional(),
    served_1: z.object({ values: z.object({ count: z.int() }) }).optional(),
    dropped_iterations: z.object({ values: z.object({ count: z.int() }) }).optional(),
  }),
});

/** Of a summary that k6 wrote. A counter that never counted is not in it. */
export function resultOf(
  written: unknown,
  round: Pick<Result, "kind" | "keepAlive" | "rate" | "seconds">,
): Result {
  const { metrics } = summary.parse(written);
  return {
    ...round,
    requests: metrics.http_reqs.values.count,
    posted: metrics.posted.values.count,
    failed: metrics.checks.values.fails,
    dropped: metrics.dropped_iterations?.values.count ?? 0,
    served: [metrics.served_0?.values.count ?? 0, metrics.served_1?.values.count ?? 0],
    p99: metrics.http_req_duration.values["p(99)"],
  };
}

/** What is wrong with a round; undefined: nothing. */
export function wrongWith({ failed, dropped, served, requests, posted }: Result): string | undefined {
  if (failed > 0) return `${failed} of ${requests} requests failed`;
  if (dropped > 0) return `${dropped} requests could not be sent in time: RATE is too high for this machine`;
  if (served.includes(0)) return `only one of the two releases answered (${served.join(" and ")} requests)`;
  if (posted < requests / 10) return `only ${posted} of ${requests} requests were POSTs`;
  return undefined;
}

/** In one line: all rounds together. */
export function total(results: readonly Result[]): string {
  const sum = (of: (each: Result) => number): number => results.reduce((all, each) => all + of(each), 0);
  const [requests, failed] = [sum((each) => each.requests), sum((each) => each.failed)];
  const rollouts = results.filter(({ kind }) => kind === "rollout").length;
  return (
    `${rollouts} rollouts and ${results.length - rollouts} switches: ${failed} of ${requests} requests failed, ` +
    `${sum((each) => each.posted)} were POSTs, ${sum((each) => each.dropped)} could not be sent in time`
  );
}

/** Results of the rounds so far, one JSON object a line: an interrupted proof goes on after them. */
export class Results {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  async all(): Promise<readonly Result[]> {
    if (!existsSync(this.#file)) return [];
    const lines = (await readFile(this.#file, "utf8")).split("\n").filter((line) => line !== "");
    return lines.map((line) => result.parse(JSON.parse(line)));
  }

  async add(one: Result): Promise<void> {
    await appendFile(this.#file, `${JSON.stringify(one)}\n`);
  }
}
