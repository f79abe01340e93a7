import { checkAwsConfig, parseAwsConfig } from "./config.ts";

const GOOD = { allowedAccountIds: '["000000000000"]', region: "eu-central-1" };

describe("the provider's configuration", () => {
  it("accepts its own account, as JSON text or as a list", () => {
    expect(checkAwsConfig(GOOD, {})).toEqual([]);
    expect(checkAwsConfig({ ...GOOD, allowedAccountIds: ["000000000000"] }, {})).toEqual([]);
  });

  it.each([
    ["no list", undefined, "nothing"],
    ["another account", ["123456789012"], '["123456789012"]'],
    ["its own beside another", ["000000000000", "123456789012"], '["000000000000","123456789012"]'],
    ["an empty list", [], "[]"],
    ["a bare number", "000000000000", '"000000000000"'],
  ])("refuses %s", (_what, value, shown) => {
    const config = value === undefined ? { region: "eu-central-1" } : { ...GOOD, allowedAccountIds: value };
    expect(checkAwsConfig(config, {})).toEqual([
      {
        property: "allowedAccountIds",
        reason:
          `aws:allowedAccountIds is ${shown}: this is the stand-in for AWS on this machine, which answers to ` +
          `account 000000000000 alone. Write aws:allowedAccountIds: ["000000000000"] for a local stack; for a ` +
          `real account run Pulumi without the stand-in plugins on PATH`,
      },
    ]);
  });

  it("takes the region from the environment, and needs one", () => {
    const config = { allowedAccountIds: GOOD.allowedAccountIds };
    expect(checkAwsConfig(config, { AWS_REGION: "us-east-1" })).toEqual([]);
    expect(parseAwsConfig(config, { AWS_REGION: "us-east-1" }).region).toBe("us-east-1");
    expect(checkAwsConfig(config, {})).toEqual([
      {
        property: "region",
        reason: "aws:region is nothing; write a region such as eu-central-1, there or in AWS_REGION",
      },
    ]);
    expect(checkAwsConfig({ ...GOOD, region: "Frankfurt" }, {})[0]?.reason).toContain(
      'aws:region is "Frankfurt"',
    );
  });

  it("refuses keys it does not know", () => {
    expect(checkAwsConfig({ ...GOOD, regoin: "x" }, {})).toEqual([
      {
        property: "regoin",
        reason:
          "aws:regoin is not known to the stand-in for AWS; nearest is aws:region. Remove it from a local stack",
      },
    ]);
    expect(checkAwsConfig({ ...GOOD, profile: "prod" }, {})).toHaveLength(1);
    expect(checkAwsConfig({ ...GOOD, skipRegionValidation: "true", version: "7.48.0" }, {})).toEqual([]);
  });

  it("reads default tags, and refuses what is none", () => {
    const config = { ...GOOD, defaultTags: '{"tags":{"stack":"dev"}}' };
    expect(checkAwsConfig(config, {})).toEqual([]);
    expect(parseAwsConfig(config, {})).toEqual({ region: "eu-central-1", defaultTags: { stack: "dev" } });
    expect(checkAwsConfig({ ...GOOD, defaultTags: { stack: "dev" } }, {})).toHaveLength(1);
    expect(checkAwsConfig({ ...GOOD, defaultTags: { tags: { n: 1 } } }, {})).toHaveLength(1);
  });
});
