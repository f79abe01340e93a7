import { redact } from "./redaction.ts";

describe("redact", () => {
  it.each([
    "password",
    "db_passwd",
    "clientSecret",
    "accessToken",
    "Authorization",
    "set-cookie",
    "api_key",
    "apiKey",
  ])("hides the value of %s", (key) =>
    expect(redact({ outer: [{ [key]: "hunter2" }] })).toEqual({ outer: [{ [key]: "[redacted]" }] }),
  );

  it("hides credentials inside URLs, and nothing else of them", () => {
    expect(redact("cannot reach postgres://app:hunter2@db.local:5432/quiz")).toBe(
      "cannot reach postgres://[redacted]@db.local:5432/quiz",
    );
  });

  it("keeps what is harmless", () => {
    const harmless = { route: "/api/quizzes/:id", status: 200, ok: true, none: null, missing: undefined };
    expect(redact(harmless)).toEqual(harmless);
  });

  it("prints errors with their cause, redacted", () => {
    const error = new Error("outer", { cause: new Error("redis://:hunter2@cache") });
    expect(redact(error)).toEqual({
      name: "Error",
      message: "outer",
      stack: expect.stringContaining("redaction.test.ts") as string,
      cause: {
        name: "Error",
        message: "redis://[redacted]@cache",
        stack: expect.not.stringContaining("hunter2") as string,
      },
    });
  });

  it("ends on an object that contains itself", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(redact(loop))).toContain("[too deep]");
  });
});
