import type { JsonObject } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { functionModel } from "../index.ts";
import { CACHE_POLICY, ORIGIN_REQUEST_POLICY, RESPONSE_HEADERS_POLICY } from "./references.ts";
import { behaviour, CACHING_OPTIMIZED, check, makeDistribution } from "./testing.ts";

const KEY = "parametersInCacheKeyAndForwardedToOrigin";
const NOTHING = {
  headersConfig: { headerBehavior: "none" },
  cookiesConfig: { cookieBehavior: "none" },
  queryStringsConfig: { queryStringBehavior: "none" },
};

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

describe("a policy", () => {
  const cache = (more: JsonObject = {}): JsonObject => ({ name: "own", [KEY]: NOTHING, ...more });

  it("has its name to itself, and stays while a behaviour has it", () => {
    const policy = account.make(CACHE_POLICY, cache());
    expect(policy.outputs).toMatchObject({
      arn: `arn:aws:cloudfront::000000000000:cache-policy/${policy.id}`,
      minTtl: 0,
    });
    expect(() => account.make(CACHE_POLICY, cache())).toThrow(
      "A cache policy with the name own already exists.",
    );
    expect(() => account.make(ORIGIN_REQUEST_POLICY, { name: "own", ...NOTHING })).not.toThrow();
    const user = makeDistribution(account, {
      orderedCacheBehaviors: [behaviour({ pathPattern: "/a", cachePolicyId: policy.id })],
    });
    expect(() => account.remove(policy)).toThrow("it is attached to one or more cache behaviors");
    account.remove(user);
    expect(() => account.remove(policy)).not.toThrow();
  });

  it.each<readonly [JsonObject, string]>([
    [{ minTtl: 10, maxTtl: 5 }, "maxTtl must be at least minTtl (10), got 5"],
    [
      { minTtl: 1, defaultTtl: 20, maxTtl: 10 },
      "defaultTtl must be between minTtl (1) and maxTtl (10), got 20",
    ],
    [
      {
        minTtl: 0,
        defaultTtl: 0,
        maxTtl: 0,
        [KEY]: { ...NOTHING, cookiesConfig: { cookieBehavior: "all" } },
      },
      `${KEY}.cookiesConfig must be none or false when minTtl, defaultTtl and maxTtl are 0`,
    ],
    [
      { [KEY]: { ...NOTHING, headersConfig: { headerBehavior: "whitelist" } } },
      `${KEY}.headersConfig.headers needs items when headerBehavior is "whitelist"`,
    ],
    [
      { [KEY]: { ...NOTHING, headersConfig: { headerBehavior: "allViewer" } } },
      `${KEY}.headersConfig.headerBehavior must be one of none, whitelist, got "allViewer"`,
    ],
  ])("of the cache with %j is refused", (more, failure) => {
    expect(check(CACHE_POLICY, cache())).toEqual([]);
    expect(check(CACHE_POLICY, cache(more))).toEqual([expect.stringContaining(failure)]);
  });

  it("of headers has values that browsers know", () => {
    const given = { securityHeadersConfig: { frameOptions: { frameOption: "ALLOW", override: true } } };
    expect(check(RESPONSE_HEADERS_POLICY, { name: "own", ...given })).toEqual([
      'securityHeadersConfig.frameOptions.frameOption must be one of DENY, SAMEORIGIN, got "ALLOW"',
    ]);
  });

  it("of CloudFront's own is found by name and by id", () => {
    const get = functionModel("aws:cloudfront/getCachePolicy:getCachePolicy");
    const found = get?.invoke({ name: "Managed-CachingOptimized" }, account);
    expect(found).toMatchObject({ id: CACHING_OPTIMIZED, minTtl: 1, maxTtl: 31_536_000 });
    expect(get?.invoke({ id: CACHING_OPTIMIZED }, account)).toEqual(found);
    expect(() => get?.invoke({ name: "gone" }, account)).toThrow("The cache policy does not exist. (gone)");
    expect(() => get?.invoke({}, account)).toThrow("exactly one of id and name");
  });
});
