import { checkVersion, parseVersion, redisSkew } from "./version.ts";

describe("the version of this machine's Redis", () => {
  it("is read from the program's own words", () => {
    expect(parseVersion("Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1\n")).toBe(
      "7.0",
    );
    expect(parseVersion("Redis server v=8.0.2 sha=00000000:1 malloc=jemalloc bits=64 build=2\n")).toBe("8.0");
    expect(() => parseVersion("something else\n")).toThrow("does not name its version: something else");
  });

  it.each([
    ["redis", "7.1"],
    ["valkey", "7.2"],
  ])("stands in for %s %s, newer Redis too", (engine, version) => {
    expect(() => checkVersion(engine, version, "7.0")).not.toThrow();
    expect(() => checkVersion(engine, version, "8.0")).not.toThrow();
  });

  it("refuses by name what it cannot stand in for", () => {
    expect(() => checkVersion("valkey", "8.0", "8.0")).toThrow(
      "engineVersion: this machine runs Redis 8.0, which cannot stand in for valkey 8.0; " +
        'write engine "valkey" with engineVersion "7.2", or "redis" with "7.0" or "7.1"',
    );
  });

  it("is said where it is not the one asked for", () => {
    expect(redisSkew("redis", "7.0", "7.0")).toBeUndefined();
    expect(redisSkew("redis", "7.0", "8.0")).toMatch(
      /^Redis 8\.0 of this machine stands in for redis 7\.0: /,
    );
    expect(redisSkew("valkey", "7.2", "7.0")).toMatch(
      /^Redis 7\.0 of this machine stands in for valkey 7\.2: /,
    );
  });
});
