import { keyOf } from "./image.ts";

describe("an image's key", () => {
  it("is the same for the same inputs and differs for others", () => {
    expect(keyOf("a", "b")).toMatch(/^[0-9a-f]{12}$/);
    expect(keyOf("a", "b")).toBe(keyOf("a", "b"));
    const others = [keyOf("b", "a"), keyOf("ab"), keyOf("a", "b", ""), keyOf("a"), keyOf()];
    expect(new Set([keyOf("a", "b"), ...others]).size).toBe(6);
  });
});
