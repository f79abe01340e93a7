import { parseSteps } from "./steps.ts";

it.each([
  [undefined, [100]],
  ["100", [100]],
  ["10,50,100", [10, 50, 100]],
  [" 1, 100", [1, 100]],
])("reads %j", (text, steps) => expect(parseSteps(text)).toEqual(steps));

it.each([
  "",
  "50",
  "0,100",
  "50,50,100",
  "50,10,100",
  "10,100,100",
  "101",
  "10;100",
  "-1,100",
  "1e1,100",
  "10,,100",
])("refuses %j", (text) => {
  expect(() => parseSteps(text)).toThrow(
    `STEPS is ${JSON.stringify(text)}: write rising whole percents that end with 100, such as 100 or 10,50,100`,
  );
});
