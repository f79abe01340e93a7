import { Secret, UNKNOWN, type Call, type Values } from "../provider/provider.ts";
import { randomProvider } from "./random-provider.ts";

const call = (kind: string): Call => ({
  urn: `urn:pulumi:dev::p::random::${kind}`,
  type: `random:index/${kind.charAt(0).toLowerCase()}${kind.slice(1)}:${kind}`,
  name: "x",
  signal: new AbortController().signal,
  progress: () => undefined,
  secretPaths: [],
  timeout: 0,
  randomSeed: new Uint8Array(),
});

const CHARACTER_DEFAULTS: Values = {
  lower: true,
  upper: true,
  numeric: true,
  number: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

const create = (kind: string, inputs: Values) => randomProvider.create(call(kind), inputs, false);
const failures = async (kind: string, inputs: Values) =>
  (await randomProvider.check(call(kind), undefined, inputs)).failures;

describe("what is made", () => {
  it("RandomId: the same bytes in four notations, prefixed", async () => {
    const { id, outputs } = await create("RandomId", { byteLength: 8, prefix: "p-" });
    const bytes = Buffer.from(id, "base64url");
    expect(bytes).toHaveLength(8);
    expect(outputs).toEqual({
      byteLength: 8,
      prefix: "p-",
      b64Url: `p-${id}`,
      b64Std: `p-${bytes.toString("base64")}`,
      hex: `p-${bytes.toString("hex")}`,
      dec: `p-${bytes.readBigUInt64BE()}`,
    });
  });

  it("RandomInteger: both ends are drawn, nothing beyond", async () => {
    const drawn = new Set<unknown>();
    for (let run = 0; run < 200; run++) {
      drawn.add((await create("RandomInteger", { min: -1, max: 1 })).outputs["result"]);
    }
    expect([...drawn].sort()).toEqual([-1, 0, 1]);
  });

  it("RandomPet: as many words as asked, adverbs before an adjective before an animal", async () => {
    expect((await create("RandomPet", {})).id).toMatch(/^[a-z]+-[a-z]+$/);
    expect((await create("RandomPet", { length: 1 })).id).toMatch(/^[a-z]+$/);
    const long = await create("RandomPet", { length: 4, separator: "_", prefix: "web" });
    expect(long.id).toMatch(/^web_[a-z]+ly_[a-z]+ly_[a-z]+_[a-z]+$|^web(_[a-z]+){4}$/);
    expect(long.outputs).toEqual({ length: 4, separator: "_", prefix: "web" });
  });

  it("RandomShuffle: a permutation, cut or repeated", async () => {
    const inputs = ["a", "b", "c"];
    const sorted = (values: Values) => [...(values["results"] as string[])].sort();
    expect(sorted((await create("RandomShuffle", { inputs })).outputs)).toEqual(inputs);
    expect(sorted((await create("RandomShuffle", { inputs, resultCount: 6 })).outputs)).toEqual([
      "a",
      "a",
      "b",
      "b",
      "c",
      "c",
    ]);
    expect((await create("RandomShuffle", { inputs, resultCount: 2 })).outputs["results"]).toHaveLength(2);
    expect((await create("RandomShuffle", { inputs: [], resultCount: 2 })).outputs["results"]).toEqual([]);
  });

  it("RandomUuid: version 4", async () => {
    expect((await create("RandomUuid", {})).id).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  it("RandomBytes: secret bytes of the length", async () => {
    const { id, outputs } = await create("RandomBytes", { length: 5 });
    expect(id).toBe("none");
    const [base64, hex] = [outputs["base64"], outputs["hex"]] as Secret[];
    expect(hex?.value).toMatch(/^[0-9a-f]{10}$/);
    expect(Buffer.from(base64?.value as string, "base64").toString("hex")).toBe(hex?.value);
  });

  it("RandomString is no secret, RandomPassword is, and its id tells nothing", async () => {
    const string = await create("RandomString", { length: 6, special: false });
    expect(string.outputs["result"]).toBe(string.id);
    expect(string.id).toMatch(/^[A-Za-z0-9]{6}$/);
    const password = await create("RandomPassword", { length: 6 });
    expect(password.id).toBe("none");
    expect(password.outputs["result"]).toBeInstanceOf(Secret);
    expect(password.outputs["bcryptHash"]).toBeInstanceOf(Secret);
  });

  it("is not known in a preview; what is an input is", async () => {
    const { id, outputs } = await randomProvider.create(
      call("RandomPassword"),
      { length: 6, special: UNKNOWN },
      true,
    );
    expect(id).toBe("");
    expect(outputs).toMatchObject({
      result: UNKNOWN,
      bcryptHash: UNKNOWN,
      special: UNKNOWN,
      length: 6,
      upper: true,
    });
  });
});

describe("bad inputs", () => {
  it.each<[string, Values, string, string]>([
    ["RandomPassword", {}, "length", "is required"],
    ["RandomPassword", { length: 0 }, "length", "is 0: write 1 or more"],
    ["RandomPassword", { length: 1.5 }, "length", "is 1.5: write a whole number"],
    ["RandomPassword", { length: 8, special: "no" }, "special", 'is "no": write true or false'],
    ["RandomId", { byteLength: 1, prefix: 3 }, "prefix", "is 3: write a text"],
    ["RandomId", { byteLength: 1, keepers: { a: 1 } }, "keepers", 'is {"a":1}: write a map of texts'],
    [
      "RandomId",
      { byteLength: 1, bytes: 1 },
      "bytes",
      "there is no such input; the inputs are byteLength, keepers, prefix",
    ],
    ["RandomInteger", { min: 5, max: 4 }, "max", "is 4: write min (5) or more"],
    [
      "RandomInteger",
      { min: 0, max: 2 ** 50 },
      "max",
      `is ${2 ** 50}: locally the range holds at most 281474976710655 numbers`,
    ],
    [
      "RandomInteger",
      { min: 1, max: 4, seed: "x" },
      "seed",
      "is not modelled locally: the official provider's seeded sequence is that of Go's math/rand; leave it out",
    ],
    ["RandomShuffle", { inputs: "a" }, "inputs", 'is "a": write a list of texts'],
  ])("%s %j", async (kind, inputs, property, reason) => {
    expect(await failures(kind, inputs)).toEqual([{ property, reason }]);
  });

  it("leaves what is unknown in a preview to the update", async () => {
    expect(await failures("RandomInteger", { min: UNKNOWN, max: -5, keepers: { a: UNKNOWN } })).toEqual([]);
    expect(await failures("RandomPassword", { length: UNKNOWN, minUpper: 9 })).toEqual([]);
  });

  it("names a type that is not modelled", async () => {
    await expect(failures("RandomDice", {})).rejects.toMatchObject({
      code: "UNIMPLEMENTED",
      message: expect.stringContaining(
        "random:index/randomDice:RandomDice is not modelled locally",
      ) as string,
    });
  });
});

describe("changes", () => {
  const diff = async (olds: Values, news: Values, ignoreChanges: string[] = []) =>
    (await randomProvider.diff(call("RandomPassword"), "none", olds, {}, news, ignoreChanges)).detailed;

  it("replaces for any difference", async () => {
    expect(
      await diff({ length: 8, keepers: { a: "1" } }, { length: 9, keepers: { a: "2", b: "1" } }),
    ).toEqual({
      length: "update-replace",
      "keepers.a": "update-replace",
      "keepers.b": "add-replace",
    });
  });

  it("sees none between an absent input and its default, nor between number and numeric", async () => {
    expect(
      await diff(
        { length: 8, number: false },
        { length: 8, numeric: false, upper: true, minLower: 0, overrideSpecial: "" },
      ),
    ).toEqual({});
  });

  it("honours ignoreChanges", async () => {
    expect(
      await diff({ length: 8, keepers: { a: "1" } }, { length: 8, keepers: { a: "2" } }, ["keepers"]),
    ).toEqual({});
  });
});

/** The required inputs of each type, and its others as they are by default. */
const TYPES: readonly (readonly [string, Values, Values])[] = [
  ["RandomBytes", { length: 8 }, {}],
  ["RandomId", { byteLength: 8 }, {}],
  ["RandomInteger", { min: 1, max: 9 }, {}],
  ["RandomPassword", { length: 8 }, CHARACTER_DEFAULTS],
  ["RandomPet", {}, { length: 2, separator: "-" }],
  ["RandomShuffle", { inputs: ["a", "b"] }, {}],
  ["RandomString", { length: 8 }, CHARACTER_DEFAULTS],
  ["RandomUuid", {}, {}],
];

describe.each(TYPES)("what is stored of a %s", (kind, required, defaults) => {
  const diff = async (olds: Values, news: Values) =>
    (await randomProvider.diff(call(kind), "x", { ...required, ...olds }, {}, { ...required, ...news }, []))
      .detailed;

  it("is kept between keepers that are absent, empty or null, as a whole or one by one", async () => {
    const none: readonly Values[] = [
      {},
      { keepers: {} },
      { keepers: null },
      { keepers: { a: null, b: null } },
    ];
    for (const olds of none) {
      for (const news of none) {
        expect(await diff(olds, news)).toEqual({});
      }
    }
    expect(await diff({ keepers: { a: "1", b: null } }, { keepers: { a: "1", c: null } })).toEqual({});
  });

  it("is replaced by a keeper that comes, goes or changes, an empty text too", async () => {
    expect(await diff({ keepers: {} }, { keepers: { a: "" } })).toEqual({ keepers: "add-replace" });
    expect(await diff({ keepers: { a: "" } }, {})).toEqual({ keepers: "delete-replace" });
    expect(await diff({ keepers: { a: "1" } }, { keepers: { a: null } })).toEqual({
      keepers: "delete-replace",
    });
    expect(await diff({ keepers: { a: "1", b: "2" } }, { keepers: { a: "" } })).toEqual({
      "keepers.a": "update-replace",
      "keepers.b": "delete-replace",
    });
    expect(await diff({ keepers: { a: "1" } }, { keepers: UNKNOWN })).toEqual({ keepers: "update-replace" });
  });

  it("is kept between a default and nothing, null included", async () => {
    const nulls = Object.fromEntries(Object.keys(defaults).map((name) => [name, null]));
    expect(await diff({}, defaults)).toEqual({});
    expect(await diff(defaults, nulls)).toEqual({});
  });

  it("shows the keepers as the program wrote them", async () => {
    const inputs = { ...required, keepers: {} };
    expect((await randomProvider.create(call(kind), inputs, true)).outputs["keepers"]).toEqual({});
  });
});

describe("read and import", () => {
  it("answers what the state says, secrets marked again", async () => {
    const read = await randomProvider.read(
      call("RandomPassword"),
      "none",
      { length: 3 },
      { length: 3, result: "abc" },
    );
    expect(read).toEqual({
      id: "none",
      inputs: { length: 3 },
      outputs: { length: 3, result: new Secret("abc") },
    });
  });

  it.each<[string, string, Values, string]>([
    ["RandomId", "p-,_-0", { byteLength: 2, prefix: "p-" }, "_-0"],
    ["RandomId", "AQID", { byteLength: 3 }, "AQID"],
    ["RandomInteger", "15390,1,50000", { min: 1, max: 50000 }, "15390"],
    ["RandomString", "abc", { length: 3 }, "abc"],
    ["RandomPassword", "abc", { length: 3 }, "none"],
    ["RandomBytes", "8/fu3q+2DcgSJ19i0jZ5Cw==", { length: 16 }, "none"],
    ["RandomUuid", "AABBCCDD-eeff-0011-2233-445566778899", {}, "aabbccdd-eeff-0011-2233-445566778899"],
  ])("imports %s %s", async (kind, importId, inputs, id) => {
    const read = await randomProvider.read(call(kind), importId, {}, {});
    expect(read).toMatchObject({ id, inputs });
    expect(await failures(kind, read?.inputs ?? {})).toEqual([]);
  });

  it.each([
    ["RandomId", "!", '"!" is no random id'],
    ["RandomInteger", "1,2", '"1,2" is no random integer'],
    ["RandomInteger", "one,1,2", '"one,1,2" is no random integer'],
    ["RandomBytes", "?", "base64 text"],
    ["RandomUuid", "x", '"x" is no UUID'],
    ["RandomPet", "brave-lark", "cannot be imported"],
  ])("refuses %s %s", async (kind, importId, message) => {
    await expect(randomProvider.read(call(kind), importId, {}, {})).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: expect.stringContaining(message) as string,
    });
  });
});
