import fc from "fast-check";
import { MASK, Redactor } from "./redactor.ts";

function redactor(...secrets: unknown[]): Redactor {
  const made = new Redactor();
  for (const secret of secrets) made.add(secret as string);
  return made;
}

describe("Redactor", () => {
  it.each([
    ["as it is", "hunter-2-secret", "refused hunter-2-secret here", `refused ${MASK} here`],
    ["in another case", "Hunter-2-Secret", "name hunter-2-secret", `name ${MASK}`],
    ["as JSON", 'a"b\nc-secret', String.raw`got "a\"b\nc-secret"`, `got "${MASK}"`],
    ["as JSON in JSON", 'a"b-secret', String.raw`{"m":"got \"a\\\"b-secret\""}`, `{"m":"got \\"${MASK}\\""}`],
    ["as SQL", "it's-secret", "ALTER ROLE a PASSWORD 'it''s-secret'", `ALTER ROLE a PASSWORD '${MASK}'`],
    ["in a URL", "p@ss/word1", "redis://:p%40ss%2Fword1@host", `redis://:${MASK}@host`],
    ["as XML", "<a&b>-secret", "<v>&lt;a&amp;b&gt;-secret</v>", `<v>${MASK}</v>`],
    ["as base64", "hush-hush", `data: ${btoa("hush-hush")}`, `data: ${MASK}`],
    ["from base64", btoa("hush-hush"), "decoded hush-hush", `decoded ${MASK}`],
    ["in part", "0123-abcdefgh-9", "begins with abcdefgh, ends", `begins with ${MASK}, ends`],
    ["a number alone", 48213, "port 48213 of 482139", `port ${MASK} of 482139`],
    ["a word of three letters alone", "cat", "cat in a category", `${MASK} in a category`],
  ])("hides a secret %s", (_how, secret, text, expected) => {
    expect(redactor(secret).redact(text)).toBe(expected);
  });

  it("hides what is in lists, records and JSON text, and no key", () => {
    const made = redactor({ apiKey: ["leaf-one"] }, '{"password":"leaf-two","Statement":1234567}');
    expect(made.redact("apiKey leaf-one, password leaf-two, Statement 1234567")).toBe(
      `apiKey ${MASK}, password ${MASK}, Statement ${MASK}`,
    );
  });

  it("leaves one character and booleans alone, but not in a text about the secret", () => {
    const made = redactor("x", 1, true);
    expect(made.redact('must be 1 to 10, true or "x"')).toBe('must be 1 to 10, true or "x"');
    expect(made.redactAbout('must be 2 to 10, got 1, the boolean true, "x"')).toBe(
      `must be 2 to 10, got ${MASK}, the boolean ${MASK}, "${MASK}"`,
    );
  });

  it("hides in a text about the secret every quoted piece of it", () => {
    expect(redactor("s3:Get*").redactAbout('action "s3" is none, nor "Get"; write "iam"')).toBe(
      `action "${MASK}" is none, nor "${MASK}"; write "iam"`,
    );
  });

  it("keeps a type and a name that a secret has in it, but not one that is the secret", () => {
    const made = redactor("arn:aws:rds/instance-1", "database-9");
    const type = "aws:rds/instance:Instance";
    expect(made.redact(`creating ${type} "db"`, [type, "db"])).toBe(`creating ${type} "db"`);
    expect(made.redact('creating "database-9"', ["database-9"])).toBe(`creating "${MASK}"`);
  });

  it("hides with the secrets of a whole account what is long and whole, and the lines of a key", () => {
    const made = new Redactor({ pieces: false });
    const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC";
    for (const secret of ["short", `-----BEGIN-----\n${line}\n`, "postgres-master"]) made.add(secret);
    expect(made.redact(`short ${line} postgres-master postgres`)).toBe(`short ${MASK} ${MASK} postgres`);
  });

  it("does nothing without secrets, and with secrets that are empty or unknown", () => {
    expect(redactor().redact("got 1")).toBe("got 1");
    expect(redactor("", null, [], {}).redactAbout('got ""')).toBe('got ""');
  });

  it("shows no four characters of a secret in a text about it, wherever they stand", () => {
    const secret = fc.string({ minLength: 8, maxLength: 40, unit: "grapheme-ascii" });
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), fc.nat(30), (value, before, after, cut) => {
        const shown = redactor(value).redactAbout(`${before}"${value.slice(0, 8 + cut)}"${after}`);
        const outside = `${before}"""${after}${MASK}`.toLowerCase();
        for (let at = 0; at + 4 <= value.length; at += 1) {
          const run = value.slice(at, at + 4).toLowerCase();
          if (!outside.includes(run) && parsedLeaves(value)) expect(shown.toLowerCase()).not.toContain(run);
        }
      }),
    );
  });
});

/** A document's keys and brackets are no secret. */
function parsedLeaves(value: string): boolean {
  return !/^\s*[[{]/.test(value);
}
