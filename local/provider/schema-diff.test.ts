import { Secret, UNKNOWN } from "./provider.ts";
import { diffValues, sameValue } from "./schema-diff.ts";
import { ASSET_SIGNATURE, SIGNATURE_KEY } from "./signatures.ts";

describe("diffValues", () => {
  it("names what is added, gone and changed, at the deepest path that both have", () => {
    const olds = { same: [1, { a: 1 }], gone: { a: 1 }, deep: { list: [1, 2, 3], "a.b": "x" }, kind: [1] };
    const news = {
      same: [1, { a: 1 }],
      deep: { list: [1, 5], "a.b": "y", extra: true },
      kind: { a: 1 },
      fresh: [],
    };
    expect(diffValues(olds, news)).toEqual({
      gone: "delete",
      "deep.list[1]": "update",
      "deep.list[2]": "delete",
      'deep["a.b"]': "update",
      "deep.extra": "add",
      kind: "update",
      fresh: "add",
    });
  });

  it("takes null for absent and looks into secrets", () => {
    expect(diffValues({ a: null, b: new Secret("x") }, { b: "x", c: null })).toEqual({});
    expect(diffValues({ b: new Secret("x") }, { b: new Secret("y") })).toEqual({ b: "update" });
  });

  it("takes an unknown for a change, unless it was not there", () => {
    expect(diffValues({ a: 1 }, { a: UNKNOWN, b: UNKNOWN })).toEqual({ a: "update", b: "add" });
  });

  it("does not take 1 for true, 0 for false or a text for its number", () => {
    expect(diffValues({ a: 1, b: 0, c: "1" }, { a: true, b: false, c: 1 })).toEqual({
      a: "update",
      b: "update",
      c: "update",
    });
  });

  it("compares assets by hash: the old one comes without its contents", () => {
    const asset = (hash: string) => ({ [SIGNATURE_KEY]: ASSET_SIGNATURE, hash });
    expect(
      diffValues({ a: asset("1"), b: asset("1") }, { a: { ...asset("1"), text: "x" }, b: asset("2") }),
    ).toEqual({
      b: "update",
    });
  });

  it("leaves out what ignoreChanges covers, and nothing else", () => {
    const olds = { tags: { a: 1, b: 1 }, rules: [{ port: 1, name: "x" }] };
    const news = { tags: { a: 2, b: 2 }, rules: [{ port: 2, name: "y" }] };
    expect(diffValues(olds, news, ["tags.a", "rules[*].port"])).toEqual({
      "tags.b": "update",
      "rules[0].name": "update",
    });
    expect(diffValues(olds, news, ["tags", "rules"])).toEqual({});
  });

  it("answers sameValue by the same rules", () => {
    expect(sameValue([{ a: null }], [{}])).toBe(true);
    expect(sameValue([1], [1, 2])).toBe(false);
  });
});

describe("names that every object has", () => {
  it("are only there when they are given", () => {
    expect(diffValues({}, { constructor: "x", toString: "y" })).toEqual({
      constructor: "add",
      toString: "add",
    });
  });
});
