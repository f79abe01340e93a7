import { covers, formatPath, parsePath } from "./property-path.ts";

describe("property paths", () => {
  it.each([
    [["a"], "a"],
    [["a", "b", 0, "c"], "a.b[0].c"],
    [["tags", "app.kubernetes.io/name"], 'tags["app.kubernetes.io/name"]'],
    [["odd key", 1], '["odd key"][1]'],
    [["a", 'say "hi"'], 'a["say \\"hi\\""]'],
    [["a", "x-y"], 'a["x-y"]'],
  ])("writes and reads %j as the engine does", (path, text) => {
    expect(formatPath(path)).toBe(text);
    expect(parsePath(text)).toEqual(path);
  });

  it("reads what the engine also takes: an unquoted odd name and wildcards", () => {
    expect(parsePath("a.x-y")).toEqual(["a", "x-y"]);
    expect(parsePath("a[*].b")).toEqual(["a", "*", "b"]);
    expect(parsePath("a.*.b")).toEqual(["a", "*", "b"]);
  });

  it.each(["a[", "a[x]", 'a["b'])("refuses %s", (text) => {
    expect(() => parsePath(text)).toThrow(`"${text}" is no property path: write one such as`);
  });

  it.each([
    ["tags", "tags", true],
    ["tags", "tags.owner", true],
    ["tags.owner", "tags", false],
    ["tags", "tagsAll", false],
    ["rules[*].port", "rules[3].port", true],
    ["rules[*].port", "rules[3].name", false],
    ["rules[0]", "rules[1]", false],
  ])("%s covers %s: %s", (pattern, path, expected) => {
    expect(covers(parsePath(pattern), parsePath(path))).toBe(expected);
  });
});
