import { parseStackName } from "./stack-name.ts";

it.each([
  ["local", { kind: "platform", environment: "local" }],
  ["prod2", { kind: "platform", environment: "prod2" }],
  ["staging-cluster", { kind: "cluster", environment: "staging" }],
  ["staging-blue", { kind: "release", environment: "staging", colour: "blue" }],
  ["local-green", { kind: "release", environment: "local", colour: "green" }],
])("reads %s", (stack, kind) => expect(parseStackName(stack)).toEqual(kind));

it.each([
  "staging-red",
  "Staging",
  "-blue",
  "a-b-blue",
  "staging_blue",
  "averylongenvironment",
  "a-clusters",
  "",
])("refuses %j", (stack) => {
  expect(() => parseStackName(stack)).toThrow(
    `Stack ${JSON.stringify(stack)} has no program: name a platform by its environment`,
  );
});
