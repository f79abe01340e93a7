import { normalizeCharacters, randomCharacters, shuffled, validateCharacters } from "./characters.ts";

const defaults = {
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const count = (text: string, of: RegExp) => text.match(of)?.length ?? 0;

describe("randomCharacters", () => {
  it("holds the length, and the minimum of each class", () => {
    for (let run = 0; run < 200; run++) {
      const text = randomCharacters({
        ...defaults,
        length: 12,
        minLower: 2,
        minUpper: 3,
        minNumeric: 4,
        minSpecial: 3,
      });
      expect(text).toHaveLength(12);
      expect([
        count(text, /[a-z]/g),
        count(text, /[A-Z]/g),
        count(text, /\d/g),
        count(text, /[^a-zA-Z\d]/g),
      ]).toEqual([2, 3, 4, 3]);
    }
  });

  it("uses only the classes that are on, and the given special characters", () => {
    const letters = randomCharacters({ ...defaults, numeric: false, special: false, length: 500 });
    expect(letters).toMatch(/^[a-zA-Z]{500}$/);
    const odd = randomCharacters({
      ...defaults,
      overrideSpecial: "_~",
      lower: false,
      upper: false,
      numeric: false,
      length: 200,
    });
    expect(odd).toMatch(/^[_~]{200}$/);
    expect(count(odd, /_/g)).toBeGreaterThan(0);
    expect(count(odd, /~/g)).toBeGreaterThan(0);
  });

  it("mixes the classes: the required ones do not come first", () => {
    const firsts = Array.from({ length: 200 }, () =>
      randomCharacters({ ...defaults, length: 8, minUpper: 1 }).charAt(0),
    );
    expect(firsts.some((first) => /[^A-Z]/.test(first))).toBe(true);
    expect(new Set(firsts).size).toBeGreaterThan(10);
  });
});

describe("shuffled", () => {
  it("keeps every item, makes every order, and leaves its argument alone", () => {
    const items = [1, 2, 3];
    const orders = Array.from({ length: 300 }, () => shuffled(items).join(""));
    expect([...new Set(orders)].sort()).toEqual(["123", "132", "213", "231", "312", "321"]);
    expect(items).toEqual([1, 2, 3]);
  });
});

describe("validateCharacters", () => {
  it.each<[string, Record<string, boolean | number>, string | undefined]>([
    ["a length that its minimums fill", { length: 4, minUpper: 2, minLower: 2 }, undefined],
    ["a length below its minimums", { length: 3, minUpper: 2, minLower: 2 }, "length"],
    ["number and numeric that agree", { length: 3, number: false, numeric: false }, undefined],
    ["number and numeric that do not", { length: 3, number: true, numeric: false }, "number"],
    ["no class at all", { length: 3, upper: false, lower: false, special: false, number: false }, "numeric"],
    ["one class", { length: 3, upper: false, lower: false, special: false }, undefined],
  ])("judges %s", (_what, inputs, property) => {
    expect(validateCharacters(inputs).map((failure) => failure.property)).toEqual(
      property === undefined ? [] : [property],
    );
  });
});

describe("normalizeCharacters", () => {
  it("makes number and numeric one, and drops an empty overrideSpecial", () => {
    expect(normalizeCharacters({ number: false, overrideSpecial: "" })).toEqual({
      number: false,
      numeric: false,
    });
    expect(normalizeCharacters({ overrideSpecial: "_" })).toEqual({
      number: true,
      numeric: true,
      overrideSpecial: "_",
    });
  });
});
