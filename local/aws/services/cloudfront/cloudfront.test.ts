import type { JsonObject, StoredResource } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { functionModel, resourceModel } from "../index.ts";
import { LOAD_BALANCER } from "../lb/references.ts";
import {
  CACHE_POLICY,
  DISTRIBUTION,
  FUNCTION,
  MONITORING,
  ORIGIN_ACCESS_CONTROL,
  ORIGIN_REQUEST_POLICY,
  RESPONSE_HEADERS_POLICY,
  VPC_ORIGIN,
} from "./references.ts";

const CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const KEY = "parametersInCacheKeyAndForwardedToOrigin";
const BALANCER = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:loadbalancer/app/edge/1";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
  account.records.push({
    urn: "u",
    type: LOAD_BALANCER,
    id: BALANCER,
    inputs: {},
    outputs: { arn: BALANCER },
  });
});

const NOTHING = {
  headersConfig: { headerBehavior: "none" },
  cookiesConfig: { cookieBehavior: "none" },
  queryStringsConfig: { queryStringBehavior: "none" },
};
const check = (type: string, inputs: JsonObject): readonly string[] =>
  resourceModel(type)
    ?.rules?.flatMap((rule) => rule.check(inputs))
    .map(({ property, reason }) => `${property} ${reason}`) ?? [];
const behaviour = (more: JsonObject = {}): JsonObject => ({
  targetOriginId: "balancer",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD"],
  cachedMethods: ["GET", "HEAD"],
  cachePolicyId: CACHING_OPTIMIZED,
  ...more,
});
const inputs = (more: JsonObject = {}): JsonObject => ({
  enabled: true,
  origins: [{ originId: "balancer", domainName: "edge.test", customOriginConfig: { httpPort: 80 } }],
  defaultCacheBehavior: behaviour(),
  restrictions: { geoRestriction: { restrictionType: "none" } },
  viewerCertificate: { cloudfrontDefaultCertificate: true },
  ...more,
});
const distribution = (more: JsonObject = {}): StoredResource => account.make(DISTRIBUTION, inputs(more));
const vpcOrigin = (arn = BALANCER): StoredResource =>
  account.make(VPC_ORIGIN, {
    vpcOriginEndpointConfig: {
      name: "edge",
      arn,
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: "http-only",
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    },
  });

describe("a distribution", () => {
  it("answers as CloudFront does, with its defaults filled in", () => {
    const { id, outputs } = distribution();
    expect(id).toMatch(/^E[A-Z0-9]{13}$/);
    expect(outputs).toMatchObject({
      arn: `arn:aws:cloudfront::000000000000:distribution/${id}`,
      domainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/),
      hostedZoneId: "Z2FDTNDATAQYW2",
      status: "Deployed",
      defaultCacheBehavior: { compress: false, minTtl: 0 },
      origins: [
        {
          connectionAttempts: 3,
          connectionTimeout: 10,
          customOriginConfig: { originKeepaliveTimeout: 5, originReadTimeout: 30 },
        },
      ],
      viewerCertificate: { minimumProtocolVersion: "TLSv1" },
      loggingV1Enabled: false,
    });
  });

  it("keeps its name and changes its version when it is changed", () => {
    const made = distribution();
    const { outputs } = account.update(made, inputs({ comment: "changed" }));
    expect(outputs["domainName"]).toBe(made.outputs["domainName"]);
    expect(outputs["etag"]).not.toBe(made.outputs["etag"]);
  });

  it.each<readonly [string, JsonObject, string]>([
    [
      "a cache policy that is not there",
      { defaultCacheBehavior: behaviour({ cachePolicyId: "gone" }) },
      "The cache policy does not exist. (gone)",
    ],
    [
      "an origin request policy that is not there",
      { orderedCacheBehaviors: [behaviour({ pathPattern: "/a", originRequestPolicyId: "gone" })] },
      "The origin request policy does not exist. (gone)",
    ],
    [
      "a response headers policy that is not there",
      { defaultCacheBehavior: behaviour({ responseHeadersPolicyId: "gone" }) },
      "The response headers policy does not exist. (gone)",
    ],
    [
      "an access control that is not there",
      {
        origins: [{ originId: "balancer", domainName: "a.s3.amazonaws.com", originAccessControlId: "gone" }],
      },
      "The origin access control gone does not exist.",
    ],
    [
      "a VPC origin that is not there",
      { origins: [{ originId: "balancer", domainName: "a", vpcOriginConfig: { vpcOriginId: "gone" } }] },
      "The VPC origin gone was not found.",
    ],
    ["a web ACL that is not there", { webAclId: "gone" }, "Web ACL is not accessible by the requester: gone"],
    [
      "a function that is not there",
      {
        defaultCacheBehavior: behaviour({
          functionAssociations: [{ eventType: "viewer-request", functionArn: "gone" }],
        }),
      },
      "The function gone does not exist.",
    ],
    [
      "a log bucket without access lists",
      { loggingConfig: { bucket: "logs.s3.amazonaws.com" } },
      "does not enable ACL access: logs.s3.amazonaws.com",
    ],
  ])("is refused with %s", (_what, more, message) => {
    expect(() => distribution(more)).toThrow(message);
    const made = distribution();
    expect(() => account.update(made, inputs(more))).toThrow(message);
  });

  it("has its names to itself", () => {
    const viewerCertificate = {
      acmCertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1",
      sslSupportMethod: "sni-only",
    };
    const own = { aliases: ["quiz.test"], viewerCertificate };
    const made = distribution(own);
    expect(() => distribution(own)).toThrow("already associated with a different resource. (quiz.test)");
    expect(() => account.update(made, inputs(own))).not.toThrow();
  });

  it.each<readonly [JsonObject, string]>([
    [
      { defaultCacheBehavior: behaviour({ targetOriginId: "other" }) },
      'defaultCacheBehavior.targetOriginId must be the originId of one of the origins (balancer), got "other"',
    ],
    [
      { defaultCacheBehavior: behaviour({ allowedMethods: ["GET"] }) },
      "defaultCacheBehavior.allowedMethods must be [GET, HEAD] or",
    ],
    [
      { customErrorResponses: [{ errorCode: 502, responsePagePath: "/a" }] },
      "customErrorResponses[0] must have both responseCode and responsePagePath, or neither",
    ],
    [{ customErrorResponses: [{ errorCode: 418 }] }, "customErrorResponses[0].errorCode must be one of 400"],
    [{ aliases: ["quiz.test"] }, "aliases need viewerCertificate.acmCertificateArn"],
    [
      {
        viewerCertificate: {
          acmCertificateArn: "arn:aws:acm:eu-central-1:000000000000:certificate/1",
          sslSupportMethod: "sni-only",
        },
      },
      "viewerCertificate.acmCertificateArn must be a certificate of ACM in us-east-1",
    ],
    [
      { origins: [{ originId: "balancer", domainName: "https://edge.test" }] },
      "origins[0].domainName must be a host's name, without scheme and path",
    ],
  ])("%j is refused at check", (more, failure) => {
    expect(check(DISTRIBUTION, inputs())).toEqual([]);
    expect(check(DISTRIBUTION, inputs(more))).toEqual([expect.stringContaining(failure)]);
  });
});

it("without an origin is refused, and so is every behaviour", () => {
  expect(check(DISTRIBUTION, inputs({ origins: [] }))).toEqual([
    "origins needs at least one origin",
    'defaultCacheBehavior.targetOriginId must be the originId of one of the origins (), got "balancer"',
  ]);
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
    const user = distribution({
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

describe("origins", () => {
  it("in a VPC are load balancers of the account, and stay while a distribution has them", () => {
    expect(() => vpcOrigin("arn:gone")).toThrow("arn:gone is not a load balancer of this account");
    const origin = vpcOrigin();
    expect(origin.id).toMatch(/^vo_[A-Z0-9]{22}$/);
    distribution({
      origins: [
        { originId: "balancer", domainName: "edge.test", vpcOriginConfig: { vpcOriginId: origin.id } },
      ],
    });
    expect(() => account.remove(origin)).toThrow("cannot be deleted while it is in use");
  });

  it("of buckets are signed for by an access control that stays while it is used", () => {
    const access = account.make(ORIGIN_ACCESS_CONTROL, {
      name: "files",
      originAccessControlOriginType: "s3",
      signingBehavior: "always",
      signingProtocol: "sigv4",
    });
    expect(() => account.make(ORIGIN_ACCESS_CONTROL, access.inputs)).toThrow(
      "An origin access control with the name files already exists.",
    );
    distribution({
      origins: [
        { originId: "balancer", domainName: "files.s3.amazonaws.com", originAccessControlId: access.id },
      ],
    });
    expect(() => account.remove(access)).toThrow("in use by one or more distributions");
    expect(
      check(ORIGIN_ACCESS_CONTROL, { ...access.inputs, originAccessControlOriginType: "lambda" }),
    ).toEqual([expect.stringContaining("originAccessControlOriginType must be one of s3")]);
  });
});

it("keeps a function while a behaviour has it", () => {
  const made = account.make(FUNCTION, { name: "rewrite", runtime: "cloudfront-js-2.0", code: "…" });
  distribution({
    defaultCacheBehavior: behaviour({
      functionAssociations: [{ eventType: "viewer-request", functionArn: made.outputs["arn"] as string }],
    }),
  });
  expect(() => account.remove(made)).toThrow("attached to one or more cache behaviors");
});

it("has one monitoring subscription a distribution", () => {
  const { id } = distribution();
  const subscription = {
    distributionId: id,
    monitoringSubscription: {
      realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: "Enabled" },
    },
  };
  expect(account.make(MONITORING, subscription).id).toBe(id);
  expect(() => account.make(MONITORING, subscription)).toThrow("already exists");
  expect(() => account.make(MONITORING, { ...subscription, distributionId: "E1" })).toThrow(
    "The specified distribution does not exist.",
  );
});
