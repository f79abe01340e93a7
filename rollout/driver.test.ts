import { rollOut, type Request } from "./driver.ts";
import { RolloutEnded } from "./outcome.ts";
import type { Event } from "./progress.ts";
import type { Current } from "./record.ts";
import { TestWorld } from "./testing.ts";

const REQUEST: Request = {
  kind: "rollout",
  steps: [100],
  by: "ada@desk, process 1",
  image: () => Promise.resolve("image@2"),
};

let world: TestWorld;
let told: Event[];
beforeEach(() => {
  world = new TestWorld();
  told = [];
});

const run = (request: Partial<Request> = {}): Promise<Current> =>
  rollOut(world, { ...REQUEST, ...request }, (event) => told.push(event));
const ended = async (request: Partial<Request> = {}): Promise<RolloutEnded> => {
  const error: unknown = await run(request).catch((thrown: unknown) => thrown);
  if (error instanceof RolloutEnded) return error;
  throw new Error("it was promoted", { cause: error });
};
const phases = (): readonly string[] =>
  told.flatMap((event) => (event.event === "phase" ? [event.phase] : []));

const UP = ["release green image@2", "minimum blue 3", "minimum green 3", "scale api-green 3"];
const GREEN_GONE = ["scale api-green 0", "minimum blue 2", "minimum green 2"];

describe("a rollout that nothing speaks against", () => {
  it("brings the idle colour to the live count, moves all requests, and ends the old colour", async () => {
    expect(await run()).toMatchObject({ from: "blue", to: "green", image: "image@2" });
    expect(world.did).toEqual([
      ...UP,
      "verify green image@2",
      "weights blue 0 green 100",
      "scale worker-green 1",
      "scale worker-blue 0",
      "scale api-blue 0",
      "minimum blue 2",
      "minimum green 2",
    ]);
    expect(phases()).toEqual(["check", "release", "scale", "health", "verify", "shift", "bake", "retire"]);
  });

  it("goes by steps, and lets the worker wait for the last", async () => {
    await run({ steps: [10, 50, 100] });
    expect(world.did.slice(5, 10)).toEqual([
      "weights blue 90 green 10",
      "weights blue 50 green 50",
      "weights blue 0 green 100",
      "scale worker-green 1",
      "scale worker-blue 0",
    ]);
  });

  it("is in the history, and leaves no lock", async () => {
    await run();
    const { current, history } = world.records.record;
    expect(current).toBeNull();
    expect(history).toMatchObject([
      { kind: "rollout", from: "blue", to: "green", image: "image@2", outcome: "promoted", by: REQUEST.by },
    ]);
  });

  it("is a rollback the other way, without a release", async () => {
    await run();
    world.did.length = 0;
    await run({ kind: "rollback", image: () => Promise.resolve("image@1") });
    expect(world.did).not.toContainEqual(expect.stringContaining("release"));
    expect(world.current).toEqual({ blue: 100, green: 0 });
    expect(world.counts).toEqual({ "api-blue": 3, "api-green": 0, "worker-blue": 1, "worker-green": 0 });
  });
});

describe("a rollout that fails before the new colour served", () => {
  it.each<[string, (world: TestWorld) => void, string]>([
    [
      "its stack",
      ({ failing }) => (failing.release = new Error("the migration failed")),
      "the migration failed",
    ],
    ["a route", ({ failing }) => (failing.verify = new Error("/ answers 500")), "/ answers 500"],
    [
      "an image that is not there",
      (each) => (each.sick = { green: { ready: false, waiting: "ImagePullBackOff" } }),
      "api-green-0 does not start: ImagePullBackOff",
    ],
    [
      "pods that are never ready",
      (each) => (each.sick = { green: { ready: false } }),
      "no 3 ready pods of green within 1 s",
    ],
    [
      "targets that are never healthy",
      (each) => (each.health = { blue: "healthy", green: "unhealthy" }),
      "no 3 healthy targets of green within 1 s",
    ],
  ])("leaves no pod of it, and moves no weight: %s", async (_what, spoil, reason) => {
    spoil(world);
    expect(await ended()).toMatchObject({ outcome: "failedBeforeTraffic", message: reason });
    expect(world.did.filter((each) => each.startsWith("weights"))).toEqual([]);
    expect(world.counts).toEqual({ "api-blue": 3, "api-green": 0, "worker-blue": 1, "worker-green": 0 });
    expect(world.minimums).toEqual({ blue: 2, green: 2 });
    expect(world.records.record).toMatchObject({
      current: null,
      history: [{ outcome: "failedBeforeTraffic", reason }],
    });
  });
});

describe("a rollout that is taken back", () => {
  it.each<[string, (world: TestWorld) => void, string]>([
    [
      "failed requests",
      (each) => (each.requests = { sent: 100, failed: 2, firstFailure: "HTTP 502" }),
      "2 of 100 requests failed, more than 1 %: HTTP 502",
    ],
    [
      "a pod that is started again",
      (each) => (each.atPause = () => void (each.sick = { green: { restarts: 1 } })),
      "a container of api-green-0 was started again",
    ],
    [
      "too few requests to judge by",
      (each) => (each.requests = { sent: 3, failed: 0, firstFailure: undefined }),
      "only 3 requests were seen, fewer than minSamples, which is 50",
    ],
    [
      "Ctrl-C",
      (each) =>
        (each.atPause = () => {
          throw new Error("interrupted");
        }),
      "interrupted",
    ],
  ])("gives the old colour everything back, worker first to last: %s", async (_what, spoil, reason) => {
    spoil(world);
    expect(await ended()).toMatchObject({ outcome: "rolledBack", message: reason });
    expect(world.did.slice(8)).toEqual([
      "weights blue 100 green 0",
      "scale worker-blue 1",
      "scale worker-green 0",
      ...GREEN_GONE,
    ]);
    expect(world.records.record).toMatchObject({
      current: null,
      history: [{ outcome: "rolledBack", reason }],
    });
  });

  it("is asked for by the record, and by no other way", async () => {
    world.atPause = () => {
      const { record } = world.records;
      if (record.current?.phase === "bake") {
        world.records.record = { ...record, current: { ...record.current, wanted: "rolledBack" } };
      }
    };
    expect(await ended()).toMatchObject({ outcome: "rolledBack", message: "taken back by make rollback" });
    expect(world.current).toEqual({ blue: 100, green: 0 });
  });

  it("is held where the old colour is not whole: the weights stay, and the record says so", async () => {
    world.requests = { sent: 100, failed: 50, firstFailure: "HTTP 502" };
    world.atPause = () => void (world.health = { blue: "unhealthy", green: "healthy" });
    const { outcome, message } = await ended();
    expect(outcome).toBe("undecided");
    expect(message).toContain("blue has 0 of 3 healthy pods, so the weights stay as they are");
    expect(world.current).toEqual({ blue: 0, green: 100 });
    expect(world.records.record.current).toMatchObject({ phase: "bake", to: "green" });
  });
});

describe("a rollout that waits for a person", () => {
  /** Lets something happen when the rollout has waited a while. */
  const atWait = (change: Partial<Current>): void => {
    world.atPause = (pauses) => {
      const { record } = world.records;
      if (pauses === 3 && record.current !== null) {
        world.records.record = { ...record, current: { ...record.current, ...change } };
      }
    };
  };

  it("moves no weight before it is promoted, and all after", async () => {
    atWait({ mayPass: true });
    await run({ pauseBefore: "shift" });
    expect(told).toContainEqual({
      event: "note",
      text: 'waits before shift: "make promote" goes on, "make rollback" takes it back',
    });
    expect(world.current).toEqual({ blue: 0, green: 100 });
  });

  it("moves no weight when it is taken back instead", async () => {
    atWait({ wanted: "rolledBack" });
    expect(await ended({ pauseBefore: "shift" })).toMatchObject({ outcome: "failedBeforeTraffic" });
    expect(world.did.filter((each) => each.startsWith("weights"))).toEqual([]);
  });

  it("waits before the last phase too, with the new colour serving", async () => {
    atWait({ wanted: "rolledBack" });
    expect(await ended({ pauseBefore: "retire" })).toMatchObject({ outcome: "rolledBack" });
    expect(world.current).toEqual({ blue: 100, green: 0 });
  });
});

describe("a rollout that is refused", () => {
  it.each([
    [{ blue: 50, green: 50 }, "the weights are blue 50 green 50: no colour is idle."],
    [{ blue: 0, green: 0 }, "the weights are blue 0 green 0: no colour is idle."],
  ])("changes nothing where no colour is idle: %j", async (weights, message) => {
    world.current = weights;
    const refused = await ended();
    expect(refused.outcome).toBe("refused");
    expect(refused.message).toContain(message);
    expect(world.did).toEqual([]);
    expect(world.records.record).toEqual({ version: 1, current: null, history: [] });
  });

  it("changes nothing while another one lives, and names it", async () => {
    const first = run();
    const second = await ended();
    expect(second.outcome).toBe("refused");
    expect(second.message).toMatch(/another rollout began at the same moment|a rollout is under way/);
    await first;
    expect(world.did.filter((each) => each.startsWith("release"))).toHaveLength(1);
  });
});
