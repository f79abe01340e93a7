import { Changes } from "./changes.ts";

const open = (): {
  promise: Promise<string>;
  resolve: (value: string) => void;
  reject: (error: Error) => void;
} => Promise.withResolvers<string>();

describe("changes under way", () => {
  it("are waited for, whether they succeed or fail", async () => {
    const changes = new Changes();
    const [first, second] = [open(), open()];
    const answers = Promise.allSettled([changes.track(first.promise), changes.track(second.promise)]);
    let settled = false;
    const waiting = changes.settled(60_000).then(() => (settled = true));
    first.resolve("made");
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    second.reject(new Error("refused"));
    await waiting;
    expect(await answers).toMatchObject([{ value: "made" }, { reason: new Error("refused") }]);
  });

  it("are given up at the deadline, and none means no wait", async () => {
    const changes = new Changes();
    await changes.settled(60_000);
    const never = open();
    void changes.track(never.promise);
    await changes.settled(1);
    never.resolve("late");
  });
});
