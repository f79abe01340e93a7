import pg from "pg";
import { isBusy, isConnectionsFault, isTransient } from "./failure.ts";

function ofState(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError("words", 1, "error");
  error.code = code;
  return error;
}

function kindOf(error: unknown, mayWrite = false): string {
  const kinds = { busy: isBusy(error), transient: isTransient(error) };
  const [found] = Object.entries(kinds).flatMap(([kind, is]) => (is ? [kind] : []));
  return found ?? (isConnectionsFault(error, mayWrite) ? "gone" : "its own fault");
}

describe("a failure", () => {
  it.each([
    ["57014", "busy"],
    ["53300", "busy"],
    ["53200", "busy"],
    ["53100", "busy"],
    ["57P01", "gone"],
    ["57P02", "gone"],
    ["57P03", "gone"],
    ["08006", "gone"],
    ["08P01", "gone"],
    ["58030", "gone"],
    ["25P03", "gone"],
    ["40001", "transient"],
    ["40P01", "transient"],
    ["55P03", "transient"],
    ["25006", "its own fault"],
    ["23505", "its own fault"],
    ["42703", "its own fault"],
  ])("of SQLSTATE %s is %s", (state, kind) => expect(kindOf(ofState(state))).toBe(kind));

  it.each([
    ["timeout exceeded when trying to connect", "busy"],
    ["Connection terminated due to connection timeout", "gone"],
    ["Connection terminated unexpectedly", "gone"],
    ["connect ECONNREFUSED 127.0.0.1:1", "gone"],
    ["getaddrinfo ENOTFOUND replica.test", "gone"],
    ["Query read timeout", "gone"],
  ])("without one, %s, is %s", (message, kind) => expect(kindOf(new Error(message))).toBe(kind));

  it("is the connection's when a writer says that it only reads", () =>
    expect(kindOf(ofState("25006"), true)).toBe("gone"));
});
