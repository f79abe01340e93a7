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

  it("keeps codes and names of an error, and nothing that may hold a value", () => {
    const error = Object.assign(new Error("duplicate key"), {
      ...{
        code: "23505",
        severity: "ERROR",
        schema: "app",
        table: "participants",
        constraint: "participants_token",
      },
      ...{ detail: "Key (name)=(Ada)", where: "Ada", internalQuery: "SELECT 'Ada'", parameters: ["Ada"] },
      ...{ command: { name: "auth", args: ["hunter2"] }, config: { password: "hunter2" } },
    });
    expect(redact(error)).toEqual({
      ...{ name: "Error", message: "duplicate key", stack: error.stack, code: "23505", severity: "ERROR" },
      ...{ schema: "app", table: "participants", constraint: "participants_token" },
    });
  });

  it("takes the value out of what PostgreSQL could not read", () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "Zuleika \n"Dobson"'), {
      code: "22P02",
      severity: "ERROR",
    });
    const text = JSON.stringify(redact(error));
    expect(text).toContain('invalid input syntax for type uuid: \\"[redacted]\\"');
    expect(text).not.toMatch(/Zuleika|Dobson/);
  });

  it("prints every error inside one, and their causes", () => {
    const refused = (address: string) =>
      Object.assign(new Error(`connect ECONNREFUSED ${address}:1`), {
        ...{ code: "ECONNREFUSED", errno: -111, syscall: "connect", address, port: 1 },
      });
    const all = Object.assign(
      new AggregateError([refused("::1"), new Error("x", { cause: refused("127.0.0.1") })]),
      { code: "ECONNREFUSED" },
    );
    expect(redact(new Error("writer", { cause: all }))).toMatchObject({
      message: "writer",
      cause: {
        name: "AggregateError",
        code: "ECONNREFUSED",
        errors: [
          { code: "ECONNREFUSED", syscall: "connect", address: "::1", port: 1 },
          { message: "x", cause: { code: "ECONNREFUSED", address: "127.0.0.1" } },
        ],
      },
    });
    const many = redact(new AggregateError(Array.from({ length: 12 }, () => new Error("one"))));
    expect(many).toMatchObject({ errors: { length: 10 }, moreErrors: 2 });
  });

  it("ends on an object that contains itself", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(redact(loop))).toContain("[too deep]");
  });
});
