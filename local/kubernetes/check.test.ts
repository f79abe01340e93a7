import type { Autonaming } from "../provider/autonaming.ts";
import type { Call, Values } from "../provider/provider.ts";
import { check } from "./check.ts";
import { fieldManager } from "./identity.ts";
import { refusal, testCall, testSession, type Answer } from "./test-cluster.ts";

const CORE = { resources: [{ name: "configmaps", kind: "ConfigMap", namespaced: true }] };
const PATH = "/api/v1/namespaces/shop/configmaps";
const NEWS: Values = { data: { level: "info" } };

function call(mode?: Autonaming["mode"], proposedName = ""): Call {
  const of = testCall("kubernetes:core/v1:ConfigMap", "settings");
  return { ...of, randomSeed: new Uint8Array([1]), autonaming: mode && { mode, proposedName } };
}

async function checked(
  of: Call,
  {
    olds,
    news = NEWS,
    answers = {},
  }: { olds?: Values; news?: Values; answers?: Record<string, Answer> } = {},
) {
  const { session, asked } = testSession({
    "GET /api/v1": CORE,
    [`GET ${PATH}`]: { items: [] },
    [`POST ${PATH}`]: {},
    ...answers,
  });
  return { ...(await check(session, of, olds, news)), asked };
}

const named = (name: string) => ({
  name,
  namespace: "shop",
  annotations: { "pulumi.com/autonamed": "true" },
});

describe("the name of an object whose program gives none", () => {
  it.each([
    ["propose", "dev.Settings"],
    ["enforce", "dev.Settings"],
  ] as const)("is by pulumi:autonaming as it is (%s)", async (mode, proposed) => {
    const { inputs, failures } = await checked(call(mode, proposed));
    expect(failures).toEqual([]);
    expect(inputs["metadata"]).toEqual(named("dev.Settings"));
  });

  it("is ours without configuration", async () => {
    const { inputs } = await checked(call());
    expect(inputs["metadata"]).toEqual(named(expect.stringMatching(/^settings-[0-9a-f]{7}$/) as never));
  });

  it("is missed where names are disabled, before the cluster is asked for anything", async () => {
    const { failures, asked } = await checked(call("disable"));
    expect(failures).toEqual([
      {
        property: "metadata.name",
        reason:
          "is not given, and pulumi:autonaming makes no names for this resource (mode: disabled); write metadata.name",
      },
    ]);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /api/v1"]);
  });

  it.each([
    [
      "characters the API server does not take",
      "dev_Settings",
      "a lowercase RFC 1123 subdomain must consist of …",
    ],
    ["too many of them", "a".repeat(254), "must be no more than 253 characters"],
  ])("is refused with its origin for %s", async (_what, proposed, message) => {
    const error = refusal(422, "invalid", { causes: [{ field: "metadata.name", message }] });
    const { failures } = await checked(call("propose", proposed), { answers: { [`POST ${PATH}`]: error } });
    expect(failures).toEqual([
      {
        property: "metadata.name",
        reason: `${message} (the name comes from pulumi:autonaming; change it there or write metadata.name)`,
      },
    ]);
  });

  it("is that of an object which a cut-off update left, whatever would be made now", async () => {
    const of = call("enforce", "settings-new");
    const left = {
      metadata: {
        ...named("settings-left"),
        managedFields: [{ manager: fieldManager(of.urn), operation: "Apply" }],
      },
    };
    const { inputs } = await checked(of, { answers: { [`GET ${PATH}`]: { items: [left] } } });
    expect(inputs["metadata"]).toEqual(named("settings-left"));
  });
});

describe("a name that is there", () => {
  const modes = [undefined, "propose", "enforce", "disable"] as const;

  it.each(modes)("stays where it was made (%s)", async (mode) => {
    const olds = { apiVersion: "v1", kind: "ConfigMap", ...NEWS, metadata: named("dev.settings") };
    const { inputs, failures } = await checked(call(mode, "other"), { olds });
    expect(failures).toEqual([]);
    expect(inputs["metadata"]).toEqual(named("dev.settings"));
  });

  it.each(modes)(
    "stays where it was given, and a failure about it says nothing of other origins (%s)",
    async (mode) => {
      const news = { ...NEWS, metadata: { name: "mine" } };
      expect((await checked(call(mode, "other"), { news })).inputs["metadata"]).toEqual({
        name: "mine",
        namespace: "shop",
      });
      const error = refusal(422, "invalid", { causes: [{ field: "metadata.name", message: "is bad" }] });
      const refused = await checked(call(mode, "other"), { news, answers: { [`POST ${PATH}`]: error } });
      expect(refused.failures).toEqual([{ property: "metadata.name", reason: "is bad" }]);
    },
  );
});
