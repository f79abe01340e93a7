import * as pulumi from "@pulumi/pulumi";
import { readWeights, refuseLiveColour } from "./live-colour.ts";

const OLD = `registry.test/app@sha256:${"0".repeat(64)}`;
const NEW = `registry.test/app@sha256:${"1".repeat(64)}`;

describe("refuseLiveColour", () => {
  it.each([
    ["the idle colour", "green", NEW, OLD, { blue: 100, green: 0 }],
    ["the idle colour's first release", "green", NEW, undefined, { blue: 100, green: 0 }],
    ["blue's very first release", "blue", NEW, undefined, { blue: 100, green: 0 }],
    ["a repair of the live colour", "blue", OLD, OLD, { blue: 100, green: 0 }],
    ["a repair while both serve", "green", OLD, OLD, { blue: 50, green: 50 }],
  ] as const)("lets %s through", (_what, colour, image, released, weights) => {
    expect(() => refuseLiveColour("prod", colour, image, released, weights)).not.toThrow();
  });

  it("refuses another image on the live colour and names the idle one", () => {
    expect(() => refuseLiveColour("prod", "green", NEW, OLD, { blue: 0, green: 100 })).toThrow(
      `Stack prod-green serves 100 % of the requests with ${OLD}, and twinstack:image is ${NEW}: release to ` +
        "prod-blue, which is idle, and move the weights (`make rollout` does both). Nothing was changed.",
    );
  });

  it("refuses any change while both colours serve", () => {
    expect(() => refuseLiveColour("prod", "green", NEW, OLD, { blue: 99, green: 1 })).toThrow(
      "both colours serve: finish or take back the rollout that is under way first. Nothing was changed.",
    );
  });
});

describe("readWeights", () => {
  const targets = { blue: "arn:blue", green: "arn:green" };
  const answer = async (actions: unknown) => {
    await pulumi.runtime.setMocks({
      newResource: ({ name, inputs }) => ({ id: name, state: inputs as object }),
      call: ({ token, inputs }) => {
        expect([token, inputs]).toEqual(["aws:lb/getListenerRule:getListenerRule", { arn: "arn:rule" }]);
        return { arn: "arn:rule", actions };
      },
    });
    return readWeights("arn:rule", targets);
  };

  it("reads both weights from the rule", async () => {
    const targetGroups = [
      { arn: "arn:green", weight: 10 },
      { arn: "arn:blue", weight: 90 },
    ];
    expect(await answer([{ type: "forward", forwards: [{ targetGroups }] }])).toEqual({
      blue: 90,
      green: 10,
    });
  });

  it("takes a colour that the rule does not name for idle", async () => {
    const targetGroups = [{ arn: "arn:green", weight: 1 }];
    expect(await answer([{ type: "forward", forwards: [{ targetGroups }] }])).toEqual({ blue: 0, green: 1 });
  });
});
