import { Unreachable } from "../api-error.ts";
import { RegionGone } from "../region-watch.ts";
import { refusal } from "../test-cluster.ts";
import { waitFor, WaitFailure, type Look } from "./wait.ts";

const waiting = (message: string): Look => ({ done: false, message });

function options(timeoutSeconds = 5, signal = new AbortController().signal) {
  const progress = jest.fn<undefined, [string]>();
  return { timeoutSeconds, signal, progress };
}

async function failureOf(wait: Promise<void>): Promise<WaitFailure> {
  const error: unknown = await wait.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WaitFailure);
  return error as WaitFailure;
}

describe("waiting", () => {
  it("shows what it waits for until it is done", async () => {
    const looks = [waiting("0 of 1"), waiting("almost"), { done: true } as const];
    const given = options();
    await waitFor(async () => looks.shift() ?? waiting("too often"), given);
    expect(given.progress.mock.calls).toEqual([["0 of 1"], ["almost"]]);
  });

  it("ends at once with a failure, in time without one, and when it is cancelled", async () => {
    const failed = await failureOf(
      waitFor(async () => ({ done: false, message: "x", failed: ["crashed"] }), options()),
    );
    expect(failed).toMatchObject({ end: "failed", reasons: ["crashed"] });
    const late = await failureOf(waitFor(async () => waiting("0 of 1"), options(0.05)));
    expect(late).toMatchObject({ end: "timed out", reasons: ["not ready after 0.05 s: 0 of 1"] });
    const abort = new AbortController();
    const cancelled = failureOf(waitFor(async () => waiting("0 of 1"), options(60, abort.signal)));
    abort.abort();
    expect(await cancelled).toMatchObject({ end: "cancelled" });
  });

  it("goes on while what is done is not steady yet", async () => {
    const steady: Look = { done: true, steadyFor: 0.3, message: "no pod" };
    const looks: Look[] = [steady, waiting("a pod starts"), steady];
    const given = options();
    await waitFor(async () => looks.shift() ?? steady, given);
    expect(given.progress.mock.calls.slice(0, 3)).toEqual([["no pod"], ["a pod starts"], ["no pod"]]);
    const broken: Look[] = [steady, { done: false, message: "x", failed: ["crashed"] }];
    const failed = await failureOf(waitFor(async () => broken.shift() ?? steady, options()));
    expect(failed).toMatchObject({ end: "failed", reasons: ["crashed"] });
  });

  it("takes what is done for ready when the time is up or it is cancelled, steady or not", async () => {
    const steady: Look = { done: true, steadyFor: 3600 };
    await waitFor(async () => steady, options(0.05));
    const abort = new AbortController();
    const wait = waitFor(async () => steady, options(3600, abort.signal));
    abort.abort();
    await wait;
  });

  it("ends when the region has ended", async () => {
    const wait = waitFor(async () => {
      throw new RegionGone("/run/region.sock");
    }, options());
    await expect(wait).rejects.toThrow("the region has ended (nothing answers at /run/region.sock)");
  });

  it("bears with an API server that is away, not with one that refuses", async () => {
    const looks = [new Unreachable("https://a", new Error("refused")), refusal(503, "starting")];
    await waitFor(async () => {
      const error = looks.shift();
      if (error !== undefined) throw error;
      return { done: true };
    }, options());
    await expect(
      waitFor(async () => {
        throw refusal(403, "forbidden");
      }, options()),
    ).rejects.toThrow("forbidden");
  });
});
