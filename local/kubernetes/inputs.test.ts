import { UNKNOWN } from "../provider/provider.ts";
import { completeInputs } from "./inputs.ts";

const kind = { apiVersion: "v1", kind: "ConfigMap" };
const completion = { kind, namespace: "shop", autoname: async () => "settings-0123456" };
const named = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings-old", annotations: { "pulumi.com/autonamed": "true" } },
};

describe("inputs as the official provider completes them", () => {
  it("are named, marked as named, and put into a namespace, without a managed-by label", async () => {
    expect(await completeInputs(undefined, { data: { a: "1" } }, completion)).toEqual({
      inputs: {
        ...kind,
        data: { a: "1" },
        metadata: {
          name: "settings-0123456",
          namespace: "shop",
          annotations: { "pulumi.com/autonamed": "true" },
        },
      },
      failures: [],
    });
  });

  it("keep an old autoname, but not an old given name", async () => {
    const { inputs } = await completeInputs(named, {}, completion);
    expect(inputs).toMatchObject({ metadata: { name: "settings-old" } });
    const given = { ...named, metadata: { name: "given" } };
    expect((await completeInputs(given, {}, completion)).inputs).toMatchObject({
      metadata: { name: "settings-0123456" },
    });
  });

  it("keep a given name and namespace, and one that is not known yet", async () => {
    const autoname = jest.fn();
    const metadata = { name: UNKNOWN, namespace: "other" } as const;
    expect(
      (await completeInputs(named, { metadata }, { ...completion, autoname })).inputs["metadata"],
    ).toEqual(metadata);
    expect(autoname).not.toHaveBeenCalled();
  });

  it("of a kind without namespaces stay without", async () => {
    const { inputs } = await completeInputs(undefined, {}, { ...completion, namespace: undefined });
    expect(Object.keys(inputs["metadata"] as object)).toEqual(["name", "annotations"]);
  });

  it("refuse another kind, generateName and metadata that is none", async () => {
    const { failures } = await completeInputs(
      undefined,
      { kind: "Secret", metadata: { generateName: "x-" } },
      completion,
    );
    expect(failures.map(({ property }) => property)).toEqual(["kind", "metadata.generateName"]);
    expect((await completeInputs(undefined, { metadata: "x" }, completion)).failures).toEqual([
      { property: "metadata", reason: "is not an object: write { name: …, labels: … }" },
    ]);
  });
});
