import { assetsCacheArgs, dynamicCacheArgs } from "./cache-policies.ts";
import { originRequestArgs } from "./origin-requests.ts";

const compressed = { enableAcceptEncodingBrotli: true, enableAcceptEncodingGzip: true };

it("tells files apart by path and preview alone, and keeps them as long as the origin says", () => {
  expect(assetsCacheArgs()).toMatchObject({
    minTtl: 0,
    defaultTtl: 86_400,
    maxTtl: 31_536_000,
    parametersInCacheKeyAndForwardedToOrigin: {
      headersConfig: { headerBehavior: "whitelist", headers: { items: ["X-Twinstack-Preview"] } },
      cookiesConfig: { cookieBehavior: "none" },
      queryStringsConfig: { queryStringBehavior: "none" },
      ...compressed,
    },
  });
});

it("tells everything else apart by user too, and keeps nothing without a word of the origin", () => {
  expect(dynamicCacheArgs()).toMatchObject({
    minTtl: 0,
    defaultTtl: 0,
    maxTtl: 3600,
    parametersInCacheKeyAndForwardedToOrigin: {
      headersConfig: {
        headerBehavior: "whitelist",
        headers: { items: ["Authorization", "X-Twinstack-Preview"] },
      },
      cookiesConfig: { cookieBehavior: "all" },
      queryStringsConfig: { queryStringBehavior: "all" },
      ...compressed,
    },
  });
});

it.each(["all", "none"] as const)("hands on every header, and %s of cookies and query", (rest) => {
  expect(originRequestArgs("why", rest)).toEqual({
    comment: "why",
    headersConfig: { headerBehavior: "allViewer" },
    cookiesConfig: { cookieBehavior: rest },
    queryStringsConfig: { queryStringBehavior: rest },
  });
});
