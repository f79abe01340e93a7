import { parsePath } from "../provider/property-path.ts";
import { propertyOf } from "./field-path.ts";

it.each([
  ["spec.template.spec.containers[0].env[2].name", "spec.template.spec.containers[0].env[2].name"],
  ["metadata.name", "metadata.name"],
  ["data[not a key]", 'data["not a key"]'],
  ["metadata.annotations[example.com/a.b]", 'metadata.annotations["example.com/a.b"]'],
  ["spec.selector.matchLabels[a]b].x", 'spec.selector.matchLabels["a]b"].x'],
  ["data[]", 'data[""]'],
  ['stringData[a"b]', 'stringData["a\\"b"]'],
])("%s is %s to the engine", (field, property) => {
  expect(propertyOf(field)).toBe(property);
  expect(() => parsePath(property)).not.toThrow();
});

it.each(["", "<nil>", "data[a", "data["])("%j names no property", (field) => {
  expect(propertyOf(field)).toBe("");
});
