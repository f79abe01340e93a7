import { autoname } from "./autoname.ts";
import type { Call } from "./provider.ts";

const call = (name: string, seed: number[]): Call => ({
  urn: `urn:pulumi:dev::p::aws:x/y:Y::${name}`,
  type: "aws:x/y:Y",
  name,
  signal: new AbortController().signal,
  progress: () => undefined,
  secretPaths: [],
  timeout: 0,
  randomSeed: Uint8Array.from(seed),
});

describe("autoname", () => {
  it("adds seven hex digits that the seed alone decides", () => {
    const name = autoname(call("web", [1, 2, 3]), undefined);
    expect(name).toMatch(/^web-[0-9a-f]{7}$/);
    expect(autoname(call("web", [1, 2, 3]), null)).toBe(name);
    expect(autoname(call("web", [1, 2, 4]), undefined)).not.toBe(name);
  });

  it("keeps the old name", () => {
    expect(autoname(call("web", []), "web-old")).toBe("web-old");
  });

  it("cuts the resource's name, never the suffix", () => {
    expect(autoname(call("a-very-long-name", [1]), undefined, { maxLength: 12 })).toMatch(
      /^a-ve-[0-9a-f]{7}$/,
    );
  });

  it("uses the service's separator and letters", () => {
    const options = { separator: "_", transform: (name: string) => name.toLowerCase() };
    expect(autoname(call("Web", [1]), undefined, options)).toMatch(/^web_[0-9a-f]{7}$/);
  });

  it("throws outside Check, where there is no seed", () => {
    expect(() => autoname(call("web", []), undefined)).toThrow("the engine gave no random seed");
  });
});
