import { CallSecrets } from "./call-secrets.ts";
import { Calls } from "./calls.ts";
import { EngineLog } from "./engine-log.ts";

const request = { getUrn: () => "urn:x", getType: () => "a:b:C", getName: () => "x" };

describe("Calls", () => {
  it("gives a call its resource, timeout and seed", () => {
    const call = new Calls(new EngineLog()).context(request, {
      secrets: new CallSecrets(),
      marks: [["a", 0, "b"]],
      timeout: 90,
      randomSeed: Uint8Array.of(7),
    });
    expect(call).toMatchObject({
      urn: "urn:x",
      type: "a:b:C",
      name: "x",
      timeout: 90,
      secretPaths: ["a[0].b"],
      randomSeed: Uint8Array.of(7),
    });
    expect(call.signal.aborted).toBe(false);
  });

  it("aborts what runs and what comes after a cancel", () => {
    const calls = new Calls(new EngineLog());
    const running = calls.context(request, { secrets: new CallSecrets() });
    calls.cancel();
    expect(running.signal.aborted).toBe(true);
    expect(calls.context(request, { secrets: new CallSecrets() }).signal.aborted).toBe(true);
    expect(calls.cancelled).toBe(true);
  });

  it("settles when the last call has ended, failed ones too, or at the deadline", async () => {
    const calls = new Calls(new EngineLog());
    await calls.settled(0);
    let finish: () => void = () => undefined;
    let done = false;
    const slow = calls.track(() => new Promise<void>((resolve) => (finish = resolve)));
    const failed = calls.track(() => Promise.reject(new Error("no")));
    await expect(failed).rejects.toThrow("no");
    const settled = calls.settled(60_000).then(() => (done = true));
    await calls.settled(1);
    expect(done).toBe(false);
    finish();
    await Promise.all([slow, settled]);
    expect(done).toBe(true);
  });
});
