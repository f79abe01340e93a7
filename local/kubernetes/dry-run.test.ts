import { decodingFailures, validate } from "./dry-run.ts";
import { refusal, testCluster, type Answer } from "./test-cluster.ts";

const KIND = { apiVersion: "apps/v1", kind: "Deployment", plural: "deployments", namespaced: true };
const SHOP = "POST /apis/apps/v1/namespaces/shop/deployments";
const DEFAULT = "POST /apis/apps/v1/namespaces/default/deployments";
const manifest = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web", namespace: "shop" } };
const invalid = refusal(422, "invalid", {
  causes: [{ reason: "FieldValueRequired", message: "Required value", field: "spec.selector" }],
});

async function verdict(
  answers: Readonly<Record<string, Answer>>,
  { exists = false, incomplete = false } = {},
) {
  return await validate(testCluster(answers).cluster, KIND, manifest, { exists, incomplete });
}

describe("validation by the API server", () => {
  it("asks for a dry run with strict fields, of a new object", async () => {
    const { cluster, asked } = testCluster({ [SHOP]: manifest });
    expect(await validate(cluster, KIND, manifest, { exists: true, incomplete: false })).toEqual({
      failures: [],
    });
    expect(asked).toEqual([
      {
        method: "POST",
        path: "/apis/apps/v1/namespaces/shop/deployments",
        query: { dryRun: "All", fieldValidation: "Strict" },
        body: manifest,
      },
    ]);
  });

  it("checks the schema in another namespace while the own one is only planned", async () => {
    const missing = refusal(404, 'namespaces "shop" not found');
    expect(await verdict({ [SHOP]: missing, [DEFAULT]: invalid })).toEqual({
      failures: [{ property: "spec.selector", reason: "Required value" }],
      unchecked: 'the namespace "shop" is only planned: checked the schema alone',
    });
  });

  it("takes what is missing for unknown while values are, but no misspelling", async () => {
    expect(await verdict({ [SHOP]: invalid }, { incomplete: true })).toEqual({
      failures: [],
      unchecked: "checked the schema alone, without values that are not known yet",
    });
    const misspelt = refusal(400, 'strict decoding error: unknown field "spec.replcas"');
    expect((await verdict({ [SHOP]: misspelt }, { incomplete: true })).failures).toMatchObject([
      { property: "spec.replcas" },
    ]);
  });

  it("passes over what only a second object would run into", async () => {
    expect(await verdict({ [SHOP]: refusal(409, "already exists") })).toEqual({ failures: [] });
    const quota = refusal(403, "exceeded quota");
    expect((await verdict({ [SHOP]: quota }, { exists: true })).failures).toEqual([]);
    expect((await verdict({ [SHOP]: quota })).failures).toEqual([
      { property: "", reason: "is refused by the cluster: exceeded quota" },
    ]);
    const taken = refusal(422, "invalid", {
      causes: [{ message: "provided IP is already allocated", field: "spec.clusterIPs" }],
    });
    expect((await verdict({ [SHOP]: taken }, { exists: true })).failures).toEqual([]);
    expect((await verdict({ [SHOP]: taken })).failures).toHaveLength(1);
  });

  it("says so when the cluster could not check", async () => {
    expect(await verdict({ [SHOP]: refusal(500, "failed calling webhook") })).toEqual({
      failures: [],
      unchecked: "the cluster could not check it: failed calling webhook",
    });
    await expect(verdict({ [SHOP]: refusal(401, "Unauthorized") })).rejects.toThrow("Unauthorized");
  });
});

describe("decoding errors", () => {
  it("name every field", () => {
    expect(
      decodingFailures('strict decoding error: unknown field "spec.a", duplicate field "spec.b"').map(
        ({ property }) => property,
      ),
    ).toEqual(["spec.a", "spec.b"]);
    expect(
      decodingFailures(
        "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32",
      ),
    ).toEqual([{ property: "spec.replicas", reason: "is a string: write a value of type int32" }]);
    expect(decodingFailures("something else")).toEqual([{ property: "", reason: "something else" }]);
  });
});
