import { RepeatedLines } from "./repeated-lines.ts";

let written: string[];
let lines: RepeatedLines;
const line = (text: string): void => lines.line(text, (each) => written.push(each));

beforeEach(() => {
  written = [];
  lines = new RepeatedLines();
});

it("writes an error that comes again and again once, and then how often", () => {
  const error = "pg-1: connect ECONNREFUSED\n    at net.ts:1\n    at net.ts:2";
  for (let times = 0; times < 13; times += 1) line(error);
  line("another");
  expect(written).toEqual([error, "another"]);
  lines.flush();
  expect(written.slice(2)).toEqual(["pg-1: connect ECONNREFUSED (12 times more)"]);
  lines.flush();
  line(error);
  expect(written.slice(3)).toEqual([error]);
});

it("takes two for the same that differ by the request's id alone", () => {
  line("elb 0189ac3e-0000-4000-8000-000000000001: boom");
  line("elb 0189ac3e-0000-4000-8000-000000000002: boom");
  line("elb 0189ac3e-0000-4000-8000-000000000003: bang");
  expect(written).toHaveLength(2);
});

it("remembers a bounded number of texts, and loses no count", () => {
  line("first");
  line("first");
  for (let times = 0; times < 500; times += 1) line(`other ${times}`);
  expect(written[500]).toBe("first (1 times more)");
  line("first");
  expect(written.at(-1)).toBe("first");
});
