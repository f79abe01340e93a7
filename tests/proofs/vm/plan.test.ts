import { outlines, phasesOf } from "./plan.ts";

const namesOf = (wanted: string | undefined): readonly string[] => phasesOf(wanted).map(({ name }) => name);

describe("the phases", () => {
  it("are all of them where none is named, the reboot while the stack is up", () => {
    const all = outlines.map(({ name }) => name);
    expect(namesOf(undefined)).toEqual(all);
    expect(namesOf(" ")).toEqual(all);
    expect(all.indexOf("reboot")).toBeGreaterThan(all.indexOf("up-again"));
    expect(all.indexOf("after-reboot")).toBe(all.indexOf("reboot") + 1);
  });

  it("run in their own order, however they are named", () => {
    expect(namesOf("page,up doctor")).toEqual(["doctor", "up", "page"]);
  });

  it("are refused by name where one is unknown", () => {
    expect(() => phasesOf("up,pages")).toThrow(
      /^PHASES: "pages" is not a phase; write some of doctor,up,page,/,
    );
  });

  it("are refused without the one that they need", () => {
    expect(() => phasesOf("page")).toThrow('PHASES: "page" needs "up" in the same run; write both');
    expect(() => phasesOf("up,reboot,left")).toThrow('"left" needs "down"');
  });

  it("come after what they need", () => {
    const order: readonly string[] = outlines.map(({ name }) => name);
    for (const outline of outlines) {
      if ("needs" in outline) expect(order.indexOf(outline.needs)).toBeLessThan(order.indexOf(outline.name));
    }
  });
});
