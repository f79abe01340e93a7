import { Copies } from "./copies.ts";

/** A copy that ends when the test says so, or when it is ended. */
function controlled(): { work: (signal: AbortSignal) => Promise<void>; end: (error?: Error) => void } {
  let end: (error?: Error) => void = () => undefined;
  const work = (signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      end = (error) => (error === undefined ? resolve() : reject(error));
      signal.addEventListener("abort", () => setImmediate(() => reject(new Error("ended"))));
    });
  return { work, end: (error) => end(error) };
}

it("runs one copy of a follower at a time, others' beside it", async () => {
  const copies = new Copies();
  const [one, other] = [controlled(), controlled()];
  copies.begin("pg-a", "pg-leader", one.work);
  expect(() => copies.begin("pg-a", "pg-leader", controlled().work)).toThrow("pg-a is being copied already");
  copies.begin("pg-b", "pg-leader", other.work);
  copies.forget("pg-a");
  expect([copies.state("pg-a"), copies.state("pg-b"), copies.state("pg-c")]).toEqual([
    "running",
    "running",
    "none",
  ]);
  one.end();
  await copies.next();
  expect([copies.state("pg-a"), copies.from("pg-a")]).toEqual(["whole", "pg-leader"]);
  copies.forget("pg-a");
  expect(copies.state("pg-a")).toBe("none");
  other.end();
});

it("keeps a failure for whoever asks next, and lets another one begin", async () => {
  const copies = new Copies();
  const failing = controlled();
  copies.begin("pg-a", "pg-leader", failing.work);
  failing.end(new Error("no space left"));
  await copies.next();
  expect(copies.state("pg-a")).toEqual(new Error("no space left"));
  const next = controlled();
  copies.begin("pg-a", "pg-leader", next.work);
  expect(copies.state("pg-a")).toBe("running");
  next.end();
});

it("ends a copy that nobody wants any more, and only then says so", async () => {
  const copies = new Copies();
  let ended = false;
  copies.begin("pg-a", "pg-old", async (signal) => {
    await controlled()
      .work(signal)
      .finally(() => (ended = true));
  });
  await copies.cancel("pg-a");
  expect([ended, copies.state("pg-a"), copies.from("pg-a")]).toEqual([true, "none", undefined]);
  await copies.cancel("pg-a");
});
