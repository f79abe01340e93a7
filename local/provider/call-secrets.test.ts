import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { CallSecrets, withMarks } from "./call-secrets.ts";
import { Secret, UNKNOWN, type Values } from "./provider.ts";
import { SECRET_SIGNATURE, SIGNATURE_KEY } from "./signatures.ts";

const marked = (value: structPb.JavaScriptValue) => ({ [SIGNATURE_KEY]: SECRET_SIGNATURE, value });
const PLANTED = "planted-7f3a9c";

function given(values: Record<string, structPb.JavaScriptValue>) {
  const secrets = new CallSecrets(([property]) => property === "declared");
  const { values: plain, marks } = secrets.read(structPb.Struct.fromJavaScript(values));
  return {
    plain,
    marks,
    fail: (property: string, reason: string) => secrets.failure({ property, reason }, plain),
  };
}

describe("a failure about a secret", () => {
  it.each([
    ["marked by the program", { name: marked(PLANTED) }, "name"],
    ["declared by the schema", { declared: PLANTED }, "declared"],
    ["named as one", { masterPassword: PLANTED }, "masterPassword"],
    ["below a marked map", { tags: marked({ owner: PLANTED }) }, "tags.owner"],
    ["in a list", { env: [{ name: "a", value: marked(PLANTED) }] }, "env[0].value"],
    ["of what holds one", { env: [{ name: "a", value: marked(PLANTED) }] }, "env"],
    [
      "in JSON text, by its name there",
      { document: JSON.stringify({ db: { password: PLANTED } }) },
      "document",
    ],
    ["at a path that cannot be read", { data: marked({ "a key": PLANTED }) }, "data[a key]"],
    ["that stands in another property too", { other: marked(PLANTED), name: `x ${PLANTED}` }, "name"],
  ])("names no property, but its path in the reason: %s", (_what, values, property) => {
    expect(given(values).fail(property, `must be short, got "${PLANTED}"`)).toEqual({
      property: "",
      reason: `${property}: must be short, got "[secret]"`,
    });
  });

  it("is one only where the secret is", () => {
    const { fail } = given({ password: marked(PLANTED), port: 80, env: [{ value: "open" }] });
    expect(fail("port", "must be 1, got 80")).toEqual({ property: "port", reason: "must be 1, got 80" });
    expect(fail("port", `must not be in ${PLANTED}`)).toEqual({
      property: "port",
      reason: "must not be in [secret]",
    });
    expect(fail("env[0].value", 'got "open"')).toEqual({ property: "env[0].value", reason: 'got "open"' });
    expect(fail("", "no")).toEqual({ property: "", reason: "no" });
  });

  it.each([
    [
      "a volume's",
      { volumes: [{ secret: { secretName: "api-blue-1f", items: [{ key: "a", path: "a" }] } }] },
    ],
    ["a projected volume's", { sources: [{ secret: { name: "api-blue-1f", optional: true } }] }],
    ["a pod's for its images", { imagePullSecrets: [{ name: "api-blue-1f" }] }],
    ["a container's of ECS", { secrets: [{ name: "api-blue-1f", valueFrom: "arn:aws:a" }] }],
  ])("is not in the name of a secret: %s", (_whose, values) => {
    const reason = "pod api-blue-688775ccbf-gkcsv is not ready";
    expect(given(values).fail("status", reason)).toEqual({ property: "status", reason });
  });

  it("is in what stands under a secret's name, with a name beside it", () => {
    const { fail } = given({ secret: { name: "a", value: PLANTED } });
    expect(fail("", `got ${PLANTED}`).reason).toBe("got [secret]");
  });

  it("shows a number and a boolean neither", () => {
    const { fail } = given({ port: marked(8), on: marked(true) });
    expect(fail("port", "must be 1 to 5, got 8").reason).toBe("port: must be 1 to 5, got [secret]");
    expect(fail("on", "must be a string, got the boolean true").reason).toBe(
      "on: must be a string, got the boolean [secret]",
    );
  });
});

describe("marks", () => {
  it("are read with their paths, the outer one of two too", () => {
    const { plain, marks } = given({ a: marked({ b: marked("x") }), c: ["y", marked("z")] });
    expect(plain).toEqual({ a: { b: "x" }, c: ["y", "z"] });
    expect(marks).toEqual([["a", "b"], ["a"], ["c", 1]]);
  });

  it("are set again as the engine would: inside records, on whole lists and on text that was a record", () => {
    const values: Values = { a: { b: "x", c: "y" }, list: ["p", "q"], policy: "{}", later: UNKNOWN };
    const marks = [["a", "b"], ["list", 1], ["policy", "Statement", 0], ["later"], ["gone"], ["a", "none"]];
    expect(withMarks(values, marks)).toEqual({
      a: { b: new Secret("x"), c: "y" },
      list: new Secret(["p", "q"]),
      policy: new Secret("{}"),
      later: new Secret(UNKNOWN),
    });
  });

  it("stay single where the provider marked already", () => {
    expect(withMarks({ a: new Secret("x") }, [["a"], ["a"]])).toEqual({ a: new Secret("x") });
  });
});
