import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultOf, Results, total, wrongWith, type Result } from "./results.ts";

const GOOD: Result = {
  kind: "switch",
  keepAlive: true,
  rate: 100,
  seconds: 30,
  requests: 3000,
  posted: 500,
  failed: 0,
  dropped: 0,
  served: [1400, 1600],
  p99: 20,
};

it("reads k6's summary, where a counter that never counted is missing", () => {
  const metrics = {
    http_reqs: { values: { count: 3000, rate: 100 } },
    checks: { values: { passes: 2998, fails: 2, rate: 0.999 } },
    http_req_duration: { values: { "p(99)": 20, avg: 5 } },
    posted: { values: { count: 500 } },
    served_1: { values: { count: 2998 } },
  };
  const round = { kind: "switch", keepAlive: false, rate: 100, seconds: 30 } as const;
  expect(resultOf({ metrics }, round)).toEqual({ ...GOOD, keepAlive: false, failed: 2, served: [0, 2998] });
});

it.each<[Partial<Result>, string | undefined]>([
  [{}, undefined],
  [{ failed: 1 }, "1 of 3000 requests failed"],
  [{ dropped: 4 }, "4 requests could not be sent in time: RATE is too high for this machine"],
  [{ served: [0, 3000] }, "only one of the two releases answered (0 and 3000 requests)"],
  [{ posted: 299 }, "only 299 of 3000 requests were POSTs"],
])("judges a round: %j", (change, wrong) => {
  expect(wrongWith({ ...GOOD, ...change })).toBe(wrong);
});

it("keeps what was done, for the run after an interrupted one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "twinstack-results-"));
  try {
    const file = join(folder, "results.jsonl");
    expect(await new Results(file).all()).toEqual([]);
    await new Results(file).add(GOOD);
    await new Results(file).add({ ...GOOD, kind: "rollout", failed: 1 });
    const all = await new Results(file).all();
    expect(all).toEqual([GOOD, { ...GOOD, kind: "rollout", failed: 1 }]);
    expect(total(all)).toBe(
      "1 rollouts and 1 switches: 1 of 6000 requests failed, 1000 were POSTs, 0 could not be sent in time",
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});
