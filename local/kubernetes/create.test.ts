import { UNKNOWN, type Values } from "../provider/provider.ts";
import { create, previewCreate } from "./create.ts";
import { fieldManager } from "./identity.ts";
import { refusal, testCall, testSession } from "./test-cluster.ts";

const CALL = testCall("kubernetes:core/v1:ConfigMap", "settings");
const CORE = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
const INPUTS: Values = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "shop" },
  data: { level: "info" },
};
const PATH = "/api/v1/namespaces/shop/configmaps/settings";
const MADE = { ...INPUTS, metadata: { name: "settings", namespace: "shop", uid: "1" } } as const;
const made = JSON.parse(JSON.stringify(MADE)) as Record<string, never>;

/** An object of that name, with or without a manager that has applied it. */
function existing(manager?: string): Record<string, never> {
  const managedFields = manager === undefined ? [] : [{ manager, operation: "Apply" }];
  const object = { ...MADE, metadata: { ...MADE.metadata, managedFields } };
  return JSON.parse(JSON.stringify(object)) as Record<string, never>;
}

describe("a create", () => {
  it("waits for a namespace and for a kind that are just being made", async () => {
    const { session, asked } = testSession({
      "GET /api/v1": [{ resources: [] }, CORE],
      [`GET ${PATH}`]: [refusal(404, "not found"), made],
      [`PATCH ${PATH}`]: [refusal(404, 'namespaces "shop" not found'), made],
    });
    const progress = jest.fn<undefined, [string]>();
    const { id, outputs } = await create(session, { ...CALL, progress }, INPUTS);
    expect(id).toBe("shop/settings");
    expect(outputs).toMatchObject({ data: { level: "info" }, metadata: { uid: "1" } });
    expect(progress.mock.calls).toEqual([
      ["waits for the cluster to serve v1 ConfigMap"],
      ['waits: namespaces "shop" not found'],
    ]);
    const patches = asked.filter(({ method }) => method === "PATCH");
    expect(patches).toHaveLength(2);
    expect(patches[1]).toMatchObject({
      body: INPUTS,
      query: { fieldManager: fieldManager(CALL.urn), fieldValidation: "Strict", force: "false" },
    });
  });

  it("takes up what a cut-off run of the same resource left, and refuses what is another's", async () => {
    const own = testSession({
      "GET /api/v1": CORE,
      [`GET ${PATH}`]: existing(fieldManager(CALL.urn)),
      [`PATCH ${PATH}`]: made,
    });
    expect((await create(own.session, CALL, INPUTS)).id).toBe("shop/settings");
    const foreign = testSession({ "GET /api/v1": CORE, [`GET ${PATH}`]: existing("kubectl") });
    const refused = {
      code: "ALREADY_EXISTS",
      message:
        "settings was not created: ConfigMap shop/settings already exists and is not this resource's. Import it, choose " +
        "another name, or set upsertExistingObjects on the provider to take it over",
    };
    await expect(create(foreign.session, CALL, INPUTS)).rejects.toMatchObject(refused);
    await expect(previewCreate(foreign.session, CALL, INPUTS)).rejects.toMatchObject(refused);
    expect(foreign.asked.every(({ method }) => method === "GET")).toBe(true);
  });

  it("refuses a name that is none", async () => {
    const { session, asked } = testSession({ "GET /api/v1": CORE });
    await expect(create(session, CALL, { ...INPUTS, metadata: {} })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      message: "metadata.name is not a string: write a name or leave it out",
    });
    expect(asked).toHaveLength(1);
  });

  it("stops waiting when it is cancelled", async () => {
    const abort = new AbortController();
    const { session } = testSession({ "GET /api/v1": { resources: [] } });
    const waiting = create(session, { ...CALL, signal: abort.signal }, INPUTS);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("the preview of a create", () => {
  it("asks for no object whose name is not known, and says what only the cluster will know", async () => {
    const { session, asked } = testSession({ "GET /api/v1": CORE });
    const inputs: Values = { ...INPUTS, metadata: { name: UNKNOWN, namespace: "shop" } };
    expect(await previewCreate(session, CALL, inputs)).toMatchObject({
      id: "",
      outputs: { metadata: { name: UNKNOWN, uid: UNKNOWN }, data: { level: "info" }, status: UNKNOWN },
    });
    expect(asked.map(({ path }) => path)).toEqual(["/api/v1"]);
  });
});
