import { decodeYaml } from "./decode-yaml.ts";

const HEAD = "apiVersion: v1\nkind: ConfigMap\n";

describe("a YAML text", () => {
  it("is read as the official provider's library reads it", async () => {
    const values = `
a: yes
b: off
c: 0644
d: 0o644
e: 12:30
f: 2026-01-01
g: 1_000
h: ~
i: "yes"
j: 0x1f
k: 1e3
l: &base { x: 1 }
m: { <<: *base, z: 2 }
o: once
o: twice
on: x
`;
    expect(await decodeYaml(`${HEAD}data:${values.replaceAll("\n", "\n  ")}`)).toEqual([
      {
        apiVersion: "v1",
        kind: "ConfigMap",
        data: {
          a: true,
          b: false,
          c: 420,
          d: 420,
          e: "12:30",
          f: "2026-01-01",
          g: 1000,
          h: null,
          i: "yes",
          j: 31,
          k: 1000,
          l: { x: 1 },
          m: { x: 1, z: 2 },
          o: "twice",
          true: "x",
        },
      },
    ]);
  });

  it("may hold several documents, empty ones and JSON", async () => {
    const text = `---\n# nothing\n---\n${HEAD}---\n{"apiVersion": "v1", "kind": "Secret"}\n---\nkind: Orphan\n`;
    expect(await decodeYaml(text)).toEqual([
      { apiVersion: "v1", kind: "ConfigMap" },
      { apiVersion: "v1", kind: "Secret" },
    ]);
    expect(await decodeYaml("")).toEqual([]);
  });

  it.each([
    ["a: b\n  hidden: x", "the YAML text cannot be read (line 2): "],
    [`${HEAD}data: "hidden`, "the YAML text cannot be read (line 3): "],
    [`${HEAD}---\nhidden`, "the YAML text document 2 is not an object: write apiVersion, kind and metadata"],
    [`${HEAD}---\n- hidden`, "the YAML text document 2 is not an object"],
  ])("that is none is refused with its place, and without its text: %j", async (text, message) => {
    const error = await decodeYaml(text).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT" });
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain("hidden");
  });
});
