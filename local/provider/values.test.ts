import fc from "fast-check";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { asAsset } from "./asset.ts";
import { Secret, UNKNOWN, type Value, type Values } from "./provider.ts";
import { SIGNATURE_KEY } from "./signatures.ts";
import { decode, encode } from "./values.ts";

/** What the engine would send. */
const sent = (value: Record<string, structPb.JavaScriptValue>): Values =>
  decode(structPb.Struct.fromJavaScript(value));

describe("values on the wire", () => {
  it("keeps plain values as they are, both ways", () => {
    const name = fc.string().filter((text) => text !== "__proto__");
    const plain: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.maxSafeInteger(),
        fc.string(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(name, plain, { noNullPrototype: true }), (values) => {
        const bytes = encode(values).serializeBinary();
        expect(decode(structPb.Struct.deserializeBinary(bytes))).toEqual(values);
      }),
    );
  });

  it("refuses the one name that the wire would lose", () => {
    const values = JSON.parse('{"a": {"__proto__": 1}}') as Values;
    expect(() => encode(values)).toThrow("a.__proto__ cannot be sent to the engine: name it otherwise");
  });

  it("reads no struct as no properties", () => {
    expect(decode(undefined)).toEqual({});
  });

  it.each([
    "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "030794c1-ac77-496b-92df-f27374a8bd58",
    "e48ece36-62e2-4504-bad9-02848725956a",
    "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
  ])("reads the sentinel %s as unknown, at any depth", (sentinel) => {
    expect(sent({ a: sentinel, b: [{ c: sentinel }] })).toEqual({ a: UNKNOWN, b: [{ c: UNKNOWN }] });
  });

  it("unwraps secrets and output values", () => {
    const secret = { [SIGNATURE_KEY]: "1b47061264138c4ac30d75fd1eb44270", value: ["hush"] };
    const output = { [SIGNATURE_KEY]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", value: secret, secret: true };
    const unknown = { [SIGNATURE_KEY]: "d0e6a833031e9bbcd3f4e8bde6ca49a4" };
    expect(sent({ secret, output, unknown })).toEqual({
      secret: ["hush"],
      output: ["hush"],
      unknown: UNKNOWN,
    });
  });

  it("reads a resource reference as its id, or a component's as its URN", () => {
    const key = { [SIGNATURE_KEY]: "5cf8f73096256a8f31e491e813e4eb8e", urn: "urn:x" };
    expect(sent({ custom: { ...key, id: "i-1" }, planned: { ...key, id: "" }, component: key })).toEqual({
      custom: "i-1",
      planned: UNKNOWN,
      component: "urn:x",
    });
  });

  it("refuses a signature that it does not know", () => {
    expect(() => sent({ a: { [SIGNATURE_KEY]: "803f" } })).toThrow('unknown signature: "803f"');
  });

  it("keeps assets whole, to be read and handed back", () => {
    const file = { [SIGNATURE_KEY]: "c44067f5952c0a294b673a41bacd8c17", hash: "ab", text: "hello" };
    const folder = {
      [SIGNATURE_KEY]: "0def7320c3a5731c473e5ecbe6d01bc7",
      hash: "cd",
      assets: { "a.txt": file },
    };
    const elided = { [SIGNATURE_KEY]: "c44067f5952c0a294b673a41bacd8c17", hash: "ab" };
    const values = sent({ file, folder, elided });
    expect(asAsset(values["file"])).toEqual({ kind: "asset", hash: "ab", text: "hello" });
    expect(asAsset(values["folder"])).toEqual({ kind: "archive", hash: "cd", assets: { "a.txt": file } });
    expect(asAsset(values["elided"])).toEqual({ kind: "asset", hash: "ab" });
    expect(encode(values).toJavaScript()).toEqual({ file, folder, elided });
    expect(asAsset({ hash: "ab" })).toBeUndefined();
    expect(asAsset("text")).toBeUndefined();
  });

  it("marks secrets, and unknowns in a preview", () => {
    expect(encode({ a: [new Secret({ b: UNKNOWN })] }, true).toJavaScript()).toEqual({
      a: [
        {
          [SIGNATURE_KEY]: "1b47061264138c4ac30d75fd1eb44270",
          value: { b: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" },
        },
      ],
    });
  });

  it.each<[string, Value, string]>([
    ["an unknown after the update", UNKNOWN, "the value of a.b[1] is not known after the update"],
    ["a number JSON cannot hold", NaN, "the value of a.b[1] is NaN, which the engine cannot store"],
  ])("refuses %s, with its path", (_what, value, message) => {
    expect(() => encode({ a: { b: [1, value] } })).toThrow(message);
  });
});
