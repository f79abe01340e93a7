import { messageOf } from "./message.ts";

describe("messageOf", () => {
  it.each<[unknown, string]>([
    [new Error("words"), "words"],
    ["thrown", "thrown"],
    [undefined, "undefined"],
    [{ message: "like an error" }, "like an error"],
    // As Node's, when a host has several addresses and none answers.
    [
      new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]),
      "::1 refused; 127.0.0.1 refused",
    ],
    [new AggregateError([new Error("inside")], "with words"), "with words"],
    [Object.assign(new Error(), { code: "ECONNRESET" }), "ECONNRESET"],
    [new TypeError(), "TypeError"],
  ])("%# says %j", (error, message) => expect(messageOf(error)).toBe(message));
});
