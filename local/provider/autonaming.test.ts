import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { autonamingOf, configuredName, NameRefused, withNameOrigin } from "./autonaming.ts";

const { AutonamingOptions } = providerPb.CheckRequest;

describe("what the engine says about a name", () => {
  it.each([
    [AutonamingOptions.Mode.PROPOSE, "propose"],
    [AutonamingOptions.Mode.ENFORCE, "enforce"],
    [AutonamingOptions.Mode.DISABLE, "disable"],
  ])("is read with its mode %s", (mode, expected) => {
    const options = new AutonamingOptions();
    options.setMode(mode);
    options.setProposedName("web-dev");
    expect(autonamingOf(options)).toEqual({ mode: expected, proposedName: "web-dev" });
  });

  it("is nothing without configuration, and an error with a mode nobody knows", () => {
    expect(autonamingOf(undefined)).toBeUndefined();
    const options = new AutonamingOptions();
    Object.assign(options, { getMode: () => 3 });
    expect(() => autonamingOf(options)).toThrow("the engine sent the autonaming mode 3");
  });
});

describe("a configured name", () => {
  const adapt = (name: string) => name.toLowerCase();

  it("is adapted to the service where it is proposed, and taken as it is where it is enforced", () => {
    expect(configuredName({ mode: "propose", proposedName: "Web" }, "name", adapt)).toBe("web");
    expect(configuredName({ mode: "enforce", proposedName: "Web" }, "name", adapt)).toBe("Web");
  });

  it.each([
    [
      "disable",
      "is not given, and pulumi:autonaming makes no names for this resource (mode: disabled); write bucket",
    ],
    ["propose", "is empty by the pattern in pulumi:autonaming; change the pattern or write bucket"],
    ["enforce", "is empty by the pattern in pulumi:autonaming; change the pattern or write bucket"],
  ] as const)("is refused where there is none (%s)", (mode, reason) => {
    expect(() => configuredName({ mode, proposedName: "" }, "bucket", adapt)).toThrow(
      new NameRefused(reason),
    );
  });

  it("is told as such in failures about it, and in no other", () => {
    const other = { property: "namespace", reason: "is bad" };
    expect(withNameOrigin([{ property: "name", reason: "is bad" }, other], "name")).toEqual([
      {
        property: "name",
        reason: "is bad (the name comes from pulumi:autonaming; change it there or write name)",
      },
      other,
    ]);
  });
});
