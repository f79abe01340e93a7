import type { Current } from "../record.ts";
import { TestWorld, WATCHED } from "../testing.ts";
import { watch, type Watched } from "./watch.ts";

let world: TestWorld;
let current: Current;
beforeEach(() => {
  world = new TestWorld();
  world.counts["api-green"] = 3;
  world.current = { blue: 0, green: 100 };
  current = WATCHED;
});

const held = {
  get current(): Current {
    return current;
  },
  change: (values: Partial<Current>): Promise<Current> => {
    current = { ...current, ...values };
    return Promise.resolve(current);
  },
};
const forSeconds = (seconds: number) => (watched: Watched) => watched.seconds >= seconds;
const run = (seconds = 8): Promise<void> => watch(world, held, forSeconds(seconds));

it("looks every 2 s, and tells what it saw", async () => {
  const seen: number[] = [];
  await watch(world, held, (watched) => seen.push(watched.seconds) === 3);
  expect(seen).toEqual([2, 4, 6]);
  expect(current.seen).toBe("120 requests of green, 0 with 5xx, 95 % within 10 ms");
});

it("does not count the time in which the API server or the load balancer does not answer, however long", async () => {
  const { weights } = world.traffic;
  let looks = 0;
  world.traffic.weights = () => {
    looks += 1;
    return looks > 1 && looks < 100 ? Promise.reject(new Error("no answer")) : weights();
  };
  await run(6);
  expect(looks).toBe(101);
  expect(world.now()).toBe(202_000);
  expect(world.lines).toContain("nothing is watched for now: no answer");
});

it("does not take a record that cannot be written for a reason to go back", async () => {
  let changes = 0;
  const away = {
    ...held,
    current,
    change: () => (changes++ < 20 ? Promise.reject(new Error("no answer")) : held.change({})),
  };
  await watch(world, away, forSeconds(4));
  expect(changes).toBe(21);
});

it("goes back when no pod of the new colour tells its metrics for 30 s, and not for one of them", async () => {
  world.served.green = undefined;
  await expect(run(60)).rejects.toThrow("no pod of green told its metrics for 30 s");
  expect(world.now()).toBe(32_000);
});

it("compares with the other colour in the same time where that serves too, else with before", async () => {
  current = { ...WATCHED, weights: { blue: 50, green: 50 }, usualMilliseconds: 10 };
  world.current = { blue: 50, green: 50 };
  world.served = {
    blue: { requests: 20, failed: 0, milliseconds: 900 },
    green: { requests: 20, failed: 0, milliseconds: 1000 },
  };
  await run(8);
  world.served.blue = { requests: 0, failed: 0, milliseconds: 900 };
  await expect(run(8)).rejects.toThrow(
    "95 % of the requests take 950 ms, more than 2 times the 10 ms of the other colour",
  );
});

it("ends with the wish to go back, and its words", async () => {
  world.atPause = (pauses) => {
    if (pauses === 2) current = { ...current, wanted: "rolledBack", why: "the driver saw failures" };
  };
  await expect(run()).rejects.toThrow("the driver saw failures");
});
