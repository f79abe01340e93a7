import { withoutRepeats } from "./log.ts";

it("writes the same words once a minute, whatever is said in between", () => {
  const lines: string[] = [];
  let now = 0;
  const log = withoutRepeats(
    (level, message) => lines.push(`${level} ${message}`),
    () => now,
  );
  log("error", "no answer");
  log("info", "leads");
  log("error", "no answer");
  now = 59_999;
  log("error", "no answer");
  expect(lines).toEqual(["error no answer", "info leads"]);
  now = 60_000;
  log("error", "no answer");
  expect(lines).toEqual(["error no answer", "info leads", "error no answer"]);
});
