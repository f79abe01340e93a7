import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { diffResponse } from "./diff-response.ts";

describe("diffResponse", () => {
  it("says that nothing changed", () => {
    expect(diffResponse({ detailed: {} }, {}).toObject()).toMatchObject({
      changes: providerPb.DiffResponse.DiffChanges.DIFF_NONE,
      hasdetaileddiff: true,
      diffsList: [],
      replacesList: [],
      deletebeforereplace: false,
    });
  });

  it("maps every kind, and names the properties that changed and that replace once each", () => {
    const response = diffResponse(
      {
        detailed: {
          "a.b": "update",
          "a.c": "add",
          d: "delete-replace",
          "e[0]": "update-replace",
          'e["x.y"]': "add-replace",
          f: "delete",
        },
        deleteBeforeReplace: true,
        stables: ["arn"],
      },
      { a: { b: 1 }, e: [1] },
    );
    expect(response.toObject()).toMatchObject({
      changes: providerPb.DiffResponse.DiffChanges.DIFF_SOME,
      diffsList: ["a", "d", "e", "f"],
      replacesList: ["d", "e"],
      stablesList: ["arn"],
      deletebeforereplace: true,
    });
    const { Kind } = providerPb.PropertyDiff;
    const details = response.getDetaileddiffMap();
    const shown = Object.fromEntries(
      details
        .toArray()
        .map(([path]) => [path, [details.get(path)?.getKind(), details.get(path)?.getInputdiff()]]),
    );
    expect(shown).toEqual({
      "a.b": [Kind.UPDATE, true],
      "a.c": [Kind.ADD, true],
      // Not among the old inputs: the engine shows the old output.
      d: [Kind.DELETE_REPLACE, false],
      "e[0]": [Kind.UPDATE_REPLACE, true],
      'e["x.y"]': [Kind.ADD_REPLACE, true],
      f: [Kind.DELETE, false],
    });
  });
});
