import { Interrupted } from "../../../doorways/user-error.ts";
import { runPhases } from "./phase-runner.ts";
import { phasesOf, type Outline } from "./plan.ts";
import type { Place } from "./checkouts.ts";

beforeEach(() => jest.spyOn(process.stderr, "write").mockImplementation(() => true));
afterEach(() => jest.restoreAllMocks());

/** A walk that does nothing but tell in which order it was asked; `fails` is the phase in which it throws `error`. */
function walkOf(fails?: string, error: Error = new Error("no page\nand more")) {
  const asked: string[] = [];
  const moveTo = async ({ folder }: Place): Promise<void> => void asked.push(folder);
  const run = async ({ name }: Outline): Promise<string> => {
    asked.push(name);
    if (name === fails) throw error;
    return `${name} done`;
  };
  return { asked, walk: { moveTo, run } };
}

const never = new AbortController().signal;

describe("the phases' run", () => {
  it("clones once for each place, before its first phase", async () => {
    const { asked, walk } = walkOf();
    const { results, failure } = await runPhases(walk, phasesOf(undefined), 0.1, never);
    expect(failure).toBeUndefined();
    expect(results.map(({ passed }) => passed)).toEqual(phasesOf(undefined).map(() => true));
    expect(asked.filter((each) => each.startsWith("/"))).toEqual(["/root/twinstack", "/home/ada/twinstack"]);
    expect(asked.slice(0, 2)).toEqual(["/root/twinstack", "doctor"]);
    expect(asked[asked.indexOf("home-up") - 1]).toBe("/home/ada/twinstack");
  });

  it("ends with the first phase that fails, which is told with its first line", async () => {
    const { asked, walk } = walkOf("page");
    const { results, failure } = await runPhases(walk, phasesOf("up,page,down"), 0.1, never);
    expect(asked).toEqual(["/root/twinstack", "up", "page"]);
    expect(results).toMatchObject([
      { name: "up", passed: true, detail: "up done" },
      { name: "page", passed: false, detail: "no page" },
    ]);
    expect(failure?.message).toBe("page: no page\nand more");
  });

  it("counts the guest's time at its clock's rate", async () => {
    const { results } = await runPhases(walkOf().walk, phasesOf("doctor"), 0.25, never);
    expect(results).toHaveLength(1);
    for (const { guestSeconds, realSeconds } of results) expect(guestSeconds).toBe(realSeconds * 0.25);
  });

  it("tells a run that takes too long as its phase's failure, and keeps what passed before an interruption", async () => {
    const late = new Error("not done after 150 minutes");
    const ran = await runPhases(walkOf("up", late).walk, phasesOf("up"), 0.1, AbortSignal.abort(late));
    expect(ran.results).toMatchObject([{ name: "up", passed: false, detail: late.message }]);
    const interrupted = new Interrupted("interrupted");
    const { walk } = walkOf("up", interrupted);
    const stopped = await runPhases(walk, phasesOf("doctor,up"), 0.1, AbortSignal.abort(interrupted));
    expect(stopped.results).toMatchObject([{ name: "doctor", passed: true }]);
    expect(stopped.failure).toBe(interrupted);
  });
});
