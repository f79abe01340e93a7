import { rollOut, type Request } from "./driver.ts";
import { Guard } from "./guard/guard.ts";
import { RolloutEnded } from "./outcome.ts";
import type { Event } from "./progress.ts";
import type { Current } from "./record.ts";
import { TestWorld, WATCHED } from "./testing.ts";

const REQUEST: Request = {
  kind: "rollout",
  steps: [100],
  by: "ada@desk, process 1",
  image: () => Promise.resolve("image@2"),
};

let world: TestWorld;
let told: Event[];
let stop: AbortController;
let guarding: Promise<void>;
beforeEach(() => {
  world = new TestWorld();
  told = [];
  stop = new AbortController();
  guarding = Promise.resolve();
});
afterEach(async () => {
  stop.abort();
  world.atPause = () => {
    throw new Error("the guard is told to end");
  };
  await guarding;
});

/** A guard beside the driver, as in a cluster. */
const run = (request: Partial<Request> = {}): Promise<Current> => {
  guarding = new Guard(world).run(stop.signal, () => undefined);
  return rollOut(world.forDriver(), { ...REQUEST, ...request }, (event) => told.push(event));
};
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
      "no 3 ready pods of green within 0.2 s",
    ],
    [
      "targets that are never healthy",
      (each) => (each.health = { blue: "healthy", green: "unhealthy" }),
      "no 3 healthy targets of green within 0.2 s",
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
      "requests of the driver that fail",
      (each) => (each.requests = { sent: 100, failed: 2, firstFailure: "HTTP 502" }),
      "2 of 100 requests of the driver failed, more than 1 %: HTTP 502",
    ],
    [
      "requests that the pods answer with 5xx",
      (each) => (each.served.green = { requests: 20, failed: 1, milliseconds: 10 }),
      "3 of 60 requests were answered with 5xx, more than 1 %",
    ],
    [
      "a pod that is started again",
      (each) =>
        (each.atPause = () => void (each.sick = each.current.green > 0 ? { green: { restarts: 1 } } : {})),
      "a container of api-green-0 was started again",
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

  it("is held where the old colour is not whole: the weights stay, and the guard is in charge", async () => {
    world.served.green = { requests: 20, failed: 10, milliseconds: 10 };
    world.atPause = () => void (world.health = { blue: "unhealthy", green: "healthy" });
    const { outcome, message } = await ended();
    expect(outcome).toBe("undecided");
    expect(message).toContain("blue has 0 of 3 healthy pods, so the weights stay as they are");
    expect(world.current).toEqual({ blue: 0, green: 100 });
    expect(world.records.record.current).toMatchObject({ phase: "bake", to: "green", holder: "guard" });
  });
});

describe("a driver that is interrupted", () => {
  const interruptedIn = (when: (current: Current) => boolean): void => {
    let isInterrupted = false;
    world.pauseOfDriver = () => {
      const { current } = world.records.record;
      isInterrupted ||= current !== null && when(current);
      if (isInterrupted) throw new Error("interrupted");
    };
  };

  it("takes away what it brought up, before the guard holds the rollout", async () => {
    world.sick = { green: { ready: false } };
    interruptedIn(({ phase }) => phase === "scale");
    expect(await ended()).toMatchObject({ outcome: "failedBeforeTraffic", message: "interrupted" });
    expect(world.counts["api-green"]).toBe(0);
    expect(world.records.record.current).toBeNull();
  });

  it("changes nothing after that: the guard ends the rollout", async () => {
    interruptedIn(({ phase }) => phase === "bake");
    const { outcome, message } = await ended();
    expect(outcome).toBe("undecided");
    expect(message).toContain("interrupted; the rollout goes on");
    while (world.records.record.current !== null) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(world.records.record.history).toMatchObject([{ outcome: "promoted" }]);
    expect(world.current).toEqual({ blue: 0, green: 100 });
  });
});

describe("a rollout that waits for a person", () => {
  const waitsBefore = (phase: string): boolean =>
    told.some(
      (event) => event.event === "note" && event.text.includes(`waits before ${phase}: "make promote"`),
    );
  /** Lets something happen once the rollout says that it waits. */
  const atWait = (phase: string, change: Partial<Current>): void => {
    world.atPause = () => {
      const { record } = world.records;
      if (record.current !== null && waitsBefore(phase)) {
        world.records.record = { ...record, current: { ...record.current, ...change } };
      }
    };
  };

  it("moves no weight before it is promoted, and all after", async () => {
    atWait("shift", { mayPass: true });
    await run({ pauseBefore: "shift" });
    expect(waitsBefore("shift")).toBe(true);
    expect(world.current).toEqual({ blue: 0, green: 100 });
  });

  it("moves no weight when it is taken back instead", async () => {
    atWait("shift", { wanted: "rolledBack" });
    expect(await ended({ pauseBefore: "shift" })).toMatchObject({ outcome: "failedBeforeTraffic" });
    expect(world.did.filter((each) => each.startsWith("weights"))).toEqual([]);
  });

  it("waits before the last phase too, with the new colour serving", async () => {
    atWait("retire", { wanted: "rolledBack" });
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
    expect(world.records.record).toEqual({ version: 2, current: null, history: [] });
  });

  it("changes nothing where no guard is ready", async () => {
    world.hasGuard = false;
    const refused = await ended();
    expect(refused.outcome).toBe("refused");
    expect(refused.message).toContain("no guard is ready");
    expect(world.did).toEqual([]);
  });

  it("changes nothing while another one lives, and names it", async () => {
    const first = run();
    const second = await rollOut(world.forDriver(), REQUEST, () => undefined).catch(
      (error: unknown) => error,
    );
    expect(second).toMatchObject({ outcome: "refused" });
    expect((second as Error).message).toMatch(
      /another rollout began at the same moment|a rollout is under way/,
    );
    await first;
    expect(world.did.filter((each) => each.startsWith("release"))).toHaveLength(1);
  });

  it("waits for the guard where a driver is gone, and goes on when that one has ended", async () => {
    const left: Current = { ...WATCHED, holder: "driver", heldBy: "gone", phase: "release" };
    world.records.record = { version: 2, current: left, history: [] };
    world.pauseOfDriver = () => {
      const { record } = world.records;
      if (record.current?.id === left.id) world.records.record = { ...record, current: null };
    };
    expect(await run()).toMatchObject({ to: "green" });
    expect(world.current).toEqual({ blue: 0, green: 100 });
  });
});
