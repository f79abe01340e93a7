import { checkAnnotations } from "./annotations.ts";

describe("annotations of the official provider", () => {
  const check = (annotations: Record<string, string>) => checkAnnotations({ metadata: { annotations } });

  it("that are modelled pass, as do everybody else's", () => {
    expect(
      check({ "pulumi.com/skipAwait": "true", "pulumi.com/timeoutSeconds": "30", "example.test/x": "1" }),
    ).toEqual([]);
    expect(checkAnnotations({})).toEqual([]);
  });

  it("that are not, or say what they cannot, are refused", () => {
    expect(
      check({ "pulumi.com/waitFor": "x", "pulumi.com/timeoutSeconds": "5m", "pulumi.com/skipAwait": "yes" }),
    ).toEqual([
      {
        property: 'metadata.annotations["pulumi.com/waitFor"]',
        reason: expect.stringContaining("is not modelled"),
      },
      {
        property: 'metadata.annotations["pulumi.com/timeoutSeconds"]',
        reason: 'is "5m": write a whole number of seconds above 0',
      },
      {
        property: 'metadata.annotations["pulumi.com/skipAwait"]',
        reason: 'is "yes": write "true" or "false"',
      },
    ]);
  });
});
