import { closeMatches } from "./close-matches.ts";
import type { ExplainTable } from "./classification.ts";
import { explain } from "./explained.ts";
import { inputPaths } from "./input-paths.ts";
import { report } from "./report.ts";
import { staleLines } from "./stale.ts";
import { explainTable, TABLES } from "./tables.ts";

const GROUP = "aws:lb/targetGroup:TargetGroup";
const JOB = "kubernetes:batch/v1:Job";

const resource = (type: string, inputs: Readonly<Record<string, unknown>>, environment = "local") => ({
  type,
  name: "one",
  inputs,
  environment,
});

describe("the tables", () => {
  it("say nothing of an input that no type has, and nothing twice", () => {
    expect(staleLines(explainTable)).toEqual([]);
  });

  it("have each type once", () => {
    const types = TABLES.flatMap((table) => Object.keys(table));
    expect(types.filter((type, index) => types.indexOf(type) < index)).toEqual([]);
  });

  it("cover no input of AWS by a line for everything: each has its own", () => {
    const wide = Object.entries(explainTable).filter(
      ([type, table]) => type.startsWith("aws:") && JSON.stringify(table).includes('*"'),
    );
    expect(wide).toEqual([]);
  });
});

it.each([
  [
    { [GROUP]: { stored: { why: ["helthCheck.interval"] } } },
    `${GROUP} helthCheck.interval: the type has no such input`,
  ],
  [{ [GROUP]: { stored: { why: ["tags"] }, inert: { why: ["tags"] } } }, `${GROUP} tags: is there twice`],
  [{ "aws:lb/x:X": { stored: { why: ["name"] } } }, "aws:lb/x:X name: no service model has this type"],
] as readonly (readonly [ExplainTable, string])[])("a stale line is named: %j", (table, expected) => {
  expect(staleLines(table)).toEqual([expected]);
});

describe("the inputs of a resource", () => {
  it("are its values by path, without indices; maps and documents are one", () => {
    expect(
      inputPaths(GROUP, { port: 80, healthCheck: { path: "/", interval: undefined }, tags: { a: "b" } }),
    ).toEqual(["healthCheck.path", "port", "tags"]);
    expect(
      inputPaths("aws:iam/rolePolicy:RolePolicy", { policy: { Statement: [{ Effect: "Allow" }] } }),
    ).toEqual(["policy"]);
  });

  it("include what is empty, and items of a list once", () => {
    const egress = inputPaths("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { egress: [] });
    expect(egress).toEqual(["egress"]);
    expect(inputPaths(JOB, { spec: { items: [{ a: 1 }, { a: 2, b: { "x/y": null, "y.z": 1 } }] } })).toEqual([
      "spec.items.a",
      'spec.items.b["y.z"]',
    ]);
  });
});

describe("explaining", () => {
  const table: ExplainTable = {
    [GROUP]: { enforced: { HAProxy: ["port"] }, stored: { "nobody reads it": ["tags"] } },
    [JOB]: { enforced: { kubelet: ["*"] }, inert: { "no such thing": ["spec.lost"] } },
  };

  it("names type and input of what no line has", () => {
    const { unclassified } = explain(
      [
        resource(GROUP, { port: 1, healthCheck: { interval: 5 } }),
        resource("aws:sqs/queue:Queue", { name: "a" }),
      ],
      table,
    );
    expect(unclassified).toEqual([`${GROUP} healthCheck.interval`, "aws:sqs/queue:Queue name"]);
  });

  it("shows a row an input, one for all that a wide line holds for, and counts inputs", () => {
    const { types, unclassified } = explain(
      [
        resource(GROUP, { port: 1 }),
        resource(GROUP, { port: 1, tags: {} }, "prod"),
        resource(JOB, { kind: "Job", spec: { lost: 1, parallelism: 1 } }, "option"),
      ],
      table,
    );
    expect(unclassified).toEqual([]);
    expect(report(types)).toBe(`${GROUP}  (one)
  port  enforced  local prod  HAProxy
  tags  stored    prod        nobody reads it

${JOB}  (one)
  * (2 inputs)  enforced  option  kubelet
  spec.lost     inert     option  no such thing

2 types, 5 inputs: 3 enforced, 1 stored, 1 inert
`);
  });
});

it("proposes types that hold the last word, the nearest first", () => {
  const tokens = ["aws:rds/instance:Instance", "aws:ec2/vpc:Vpc", "aws:ec2/instance:Instance"];
  expect(closeMatches("aws:rds:Instance", tokens)).toEqual([
    "aws:rds/instance:Instance",
    "aws:ec2/instance:Instance",
  ]);
  expect(closeMatches("aws:ec2/vpx", tokens)).toEqual(["aws:ec2/vpc:Vpc"]);
});
