import { scramVerifier } from "./scram.ts";

describe("scramVerifier", () => {
  it("is what PostgreSQL itself makes of the password", () => {
    // From pg_authid of a PostgreSQL 15: CREATE ROLE x PASSWORD 'correct-horse-battery-staple'.
    expect(
      scramVerifier("correct-horse-battery-staple", Buffer.from("aWZVGi4KsisIVuKTP8NJWQ==", "base64")),
    ).toBe(
      "SCRAM-SHA-256$4096:aWZVGi4KsisIVuKTP8NJWQ==$aa31XMKJOC0U3anDJJVjx+qsm/xvO9paesW0IdrvYhE=:25xu58NEsL4gfUSNnz8PbHfPaLjGkhp4Dxj024WECpI=",
    );
  });

  it("has another salt each time", () => {
    expect(scramVerifier("x")).not.toBe(scramVerifier("x"));
  });

  it.each(["", "two words", "pässword", "line\nbreak"])(
    "refuses %j, which would have to be normalised first",
    (password) =>
      expect(() => scramVerifier(password)).toThrow(
        "A password may hold only printable ASCII without spaces.",
      ),
  );
});
