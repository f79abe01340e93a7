import fc from "fast-check";
import { diffResource } from "./diff.ts";
import { canonicalDocument, type DocumentKind } from "./documents.ts";
import { typeFacts } from "./facts.ts";
import { modelledTypes, resourceModel } from "./services/index.ts";
import { inputShape } from "./shapes.ts";

type Document = Readonly<Record<string, unknown>>;

function same(kind: DocumentKind, one: Document, other: Document): boolean {
  return canonicalDocument(JSON.stringify(one), kind) === canonicalDocument(JSON.stringify(other), kind);
}

const ROOT = "arn:aws:iam::123456789012:root";
const word = fc.constantFrom("s3:GetObject", "s3:PutObject", "kms:*", "logs:Put*", "a", "b");
const words = fc.uniqueArray(word, { minLength: 1, maxLength: 4 });
const statements = fc.uniqueArray(
  fc.record({
    Sid: fc.constantFrom("one", "two", "three", "four"),
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: words,
    Resource: words,
    Principal: fc.record({ AWS: words, Service: words }),
    Condition: fc.record({ StringLike: fc.record({ "aws:SourceArn": words }) }),
  }),
  { minLength: 1, maxLength: 3, selector: ({ Sid }) => Sid },
);
type Statement = typeof statements extends fc.Arbitrary<(infer S)[]> ? S : never;

const shuffled = (document: unknown): unknown => {
  if (Array.isArray(document)) return document.map(shuffled).reverse();
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(
    Object.entries(document)
      .map(([key, value]) => [key, shuffled(value)])
      .reverse(),
  );
};

describe("a policy", () => {
  it("is the same in every order, and written with texts for lists of one", () => {
    const unlisted = (values: readonly string[]): unknown => (values.length === 1 ? values[0] : values);
    fc.assert(
      fc.property(statements, (Statement) => {
        const policy = { Version: "2012-10-17", Statement };
        expect(same("policy", policy, shuffled(policy) as Document)).toBe(true);
        const texts = Statement.map((each) => ({ ...each, Action: unlisted(each.Action) }));
        expect(same("policy", policy, { ...policy, Statement: texts.length === 1 ? texts[0] : texts })).toBe(
          true,
        );
      }),
    );
  });

  it("is another one when anything else changes", () => {
    const changes: readonly ((statement: Statement) => Document)[] = [
      ({ Effect, ...rest }) => ({ ...rest, Effect: Effect === "Allow" ? "Deny" : "Allow" }),
      ({ Action, ...rest }) => ({ ...rest, NotAction: Action }),
      ({ Resource, ...rest }) => ({ ...rest, NotResource: Resource }),
      ({ Principal, ...rest }) => ({ ...rest, NotPrincipal: Principal }),
      ({ Action, ...rest }) => ({ ...rest, Action: [...Action, "more"] }),
      ({ Condition, ...rest }) => ({ ...rest, Condition: { StringNotLike: Condition.StringLike } }),
      ({ Condition: _, ...rest }) => rest,
      (statement) => ({ ...statement, Principal: "*" }),
      (statement) => ({ ...statement, Principal: { AWS: statement.Principal.Service, Service: ["other"] } }),
    ];
    fc.assert(
      fc.property(statements, fc.constantFrom(...changes), (Statement, change) => {
        const [first, ...rest] = Statement;
        if (first === undefined) return;
        const policy = { Version: "2012-10-17", Statement };
        expect(same("policy", policy, { ...policy, Statement: [change(first), ...rest] })).toBe(false);
        expect(same("policy", policy, { ...policy, Version: "2008-10-17" })).toBe(false);
        expect(same("policy", policy, { ...policy, Statement: [...Statement, { Effect: "Deny" }] })).toBe(
          false,
        );
      }),
    );
  });

  it.each<[string, Document, Document, boolean]>([
    [
      "an account's number and its root",
      { Principal: { AWS: "123456789012" } },
      { Principal: { AWS: [ROOT] } },
      true,
    ],
    ["another account", { Principal: { AWS: "123456789013" } }, { Principal: { AWS: ROOT } }, false],
    [
      "a user of the account",
      { Principal: { AWS: "123456789012" } },
      { Principal: { AWS: `${ROOT}/x` } },
      false,
    ],
    ["everybody, and everybody of AWS", { Principal: "*" }, { Principal: { AWS: "*" } }, false],
    ["the case of an effect", { Effect: "Allow" }, { Effect: "allow" }, true],
    ["the case of an action", { Action: "s3:GetObject" }, { Action: "s3:getobject" }, false],
    ["no actions and an empty list", { NotAction: "a" }, { NotAction: "a", Action: [] }, true],
    [
      "a boolean and its text",
      { Condition: { Bool: { k: true } } },
      { Condition: { Bool: { k: ["true"] } } },
      true,
    ],
    ["true and false", { Condition: { Bool: { k: true } } }, { Condition: { Bool: { k: "false" } } }, false],
    ["no condition and an empty one", {}, { Condition: {} }, false],
    ["an empty and no Sid", { Sid: "" }, {}, true],
  ])("tells %s apart or not", (_what, one, other, expected) => {
    expect(same("policy", { Statement: [one] }, { Statement: other })).toBe(expected);
  });
});

describe("lifecycle rules", () => {
  const rule = (rulePriority: number, tags: readonly string[], more: Document = {}) => ({
    rulePriority,
    selection: {
      tagStatus: "tagged",
      tagPrefixList: tags,
      countType: "imageCountMoreThan",
      countNumber: 5,
      ...more,
    },
    action: { type: "expire" },
  });

  it("are the same in every order, and without lists that are empty", () => {
    const one = { rules: [rule(1, ["a", "b"]), rule(2, ["c"])] };
    const other = { rules: [rule(2, ["c"], { tagPatternList: [] }), rule(1, ["b", "a"])] };
    expect(same("ecr-lifecycle", one, other)).toBe(true);
  });

  it("are others with another priority, tag or count", () => {
    const one = { rules: [rule(1, ["a"]), rule(2, ["c"])] };
    for (const rules of [
      [rule(2, ["a"]), rule(1, ["c"])],
      [rule(1, ["a", "b"]), rule(2, ["c"])],
      [rule(1, ["a"]), rule(2, ["c"], { countNumber: 6 })],
      [rule(1, ["a"])],
    ]) {
      expect(same("ecr-lifecycle", one, { rules })).toBe(false);
    }
  });
});

it("JSON is the same however it is written, but not in another order", () => {
  expect(same("json", { a: [1, 2], b: {} }, { b: {}, a: [1, 2] })).toBe(true);
  expect(same("json", { a: [1, 2] }, { a: [2, 1] })).toBe(false);
  expect(canonicalDocument("no document", "json")).toBeUndefined();
});

describe("inputs that are documents", () => {
  const POLICY = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: ["a:b", "a:c"], Resource: "*" }],
  };
  const DOCUMENTS: Readonly<Record<DocumentKind, readonly [Document, Document, Document]>> = {
    policy: [
      POLICY,
      { ...POLICY, Statement: { Resource: ["*"], Action: ["a:c", "a:b"], Effect: "Allow" } },
      { ...POLICY, Statement: { Resource: ["*"], NotAction: ["a:c", "a:b"], Effect: "Allow" } },
    ],
    "ecr-lifecycle": [
      { rules: [{ rulePriority: 1 }, { rulePriority: 2 }] },
      { rules: [{ rulePriority: 2 }, { rulePriority: 1 }] },
      { rules: [{ rulePriority: 1 }, { rulePriority: 3 }] },
    ],
    json: [
      { a: 1, b: [1, 2] },
      { b: [1, 2], a: 1 },
      { a: 1, b: [2, 1] },
    ],
  };
  const inputs = modelledTypes().flatMap((type) =>
    Object.entries(resourceModel(type)?.documents ?? {}).map(([path, kind]) => [type, path, kind] as const),
  );

  it.each(inputs)("%s %s changes only for another meaning", (type, path, kind) => {
    const [model, facts] = [resourceModel(type), typeFacts(type)];
    if (!model || !facts) throw new Error(`${type} is not modelled`);
    const [key = "", inner] = path.split(".");
    const given = (document: Document) => {
      const text = JSON.stringify(document);
      return { [key]: inner === undefined ? text : [{ [inner]: text }] };
    };
    const [one, alike, other] = DOCUMENTS[kind];
    const changed = (to: Document): readonly string[] =>
      Object.keys(diffResource(model, facts, "it", given(one), {}, given(to)).detailed);
    expect(changed(alike)).toEqual([]);
    expect(changed(other)).toEqual([inner === undefined ? key : `${key}[0].${inner}`]);
  });

  it("are all that the SDK calls so, and every policy", () => {
    const missing = modelledTypes().flatMap((type) =>
      Object.entries(inputShape(type) ?? {})
        .filter(
          ([key, { shape }]) => shape === "document" || (shape === "string" && /^policy$|Policy$/.test(key)),
        )
        .filter(([key]) => resourceModel(type)?.documents?.[key] === undefined)
        .map(([key]) => `${type} ${key}`),
    );
    expect(missing).toEqual([
      // Names of settings.
      "aws:lb/loadBalancer:LoadBalancer dnsRecordClientRoutingPolicy",
      "aws:lb/listener:Listener alpnPolicy",
      "aws:lb/listener:Listener sslPolicy",
    ]);
  });
});
