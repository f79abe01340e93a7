import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explain, type Resource } from "../local/explain/explained.ts";
import { explainTable } from "../local/explain/tables.ts";
import { checkout } from "./checkout.ts";
import { everyProgram } from "./program-inputs.ts";

let resources: readonly Resource[];
beforeAll(async () => {
  resources = await everyProgram(checkout);
}, 60_000);

it("every input our programs set is classified", () => {
  const { unclassified } = explain(resources, explainTable);
  // Listed is what has no line: add one to the type's table in local/explain.
  expect(unclassified).toEqual([]);
});

it("the tables have no line that our programs do not use", () => {
  expect(explain(resources, explainTable).unused).toEqual([]);
});

it("an input that nobody classified is named with its type", () => {
  const { "aws:ec2/vpc:Vpc": _vpc, ...rest } = explainTable;
  const { unclassified } = explain(resources, rest);
  expect(unclassified).toEqual(
    ["cidrBlock", "enableDnsHostnames", "enableDnsSupport", "tags"].map(
      (input) => `aws:ec2/vpc:Vpc ${input}`,
    ),
  );
});

/** The programs run without an engine here: the lists below are what the real engine made of them. */
it.each(["staging", "prod"])(
  "finds every resource of %s that the engine's tests have recorded",
  (environment) => {
    const file = join(checkout, `tests/engine/environments/${environment}.resources.json`);
    const recorded = (JSON.parse(readFileSync(file, "utf8")) as readonly string[]).filter(
      (each) => !each.startsWith("twinstack:"),
    );
    const found = new Set(
      resources.filter((each) => each.environment === environment).map(({ type, name }) => `${type} ${name}`),
    );
    expect(recorded.length).toBeGreaterThan(100);
    expect(recorded.filter((each) => !found.has(each))).toEqual([]);
  },
);
