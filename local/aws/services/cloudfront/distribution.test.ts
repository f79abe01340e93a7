import type { JsonObject } from "../../../region/protocol.ts";
import { MemoryAccount } from "../../testing.ts";
import { DISTRIBUTION, FUNCTION, MONITORING } from "./references.ts";
import { behaviour, check, distributionInputs, makeDistribution } from "./testing.ts";

let account: MemoryAccount;
beforeEach(() => {
  account = new MemoryAccount();
});

describe("a distribution", () => {
  it("answers as CloudFront does, with its defaults filled in", () => {
    const { id, outputs } = makeDistribution(account);
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
    const made = makeDistribution(account);
    const { outputs } = account.update(made, distributionInputs({ comment: "changed" }));
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
    expect(() => makeDistribution(account, more)).toThrow(message);
    const made = makeDistribution(account);
    expect(() => account.update(made, distributionInputs(more))).toThrow(message);
  });

  it("has its names to itself", () => {
    const viewerCertificate = {
      acmCertificateArn: "arn:aws:acm:us-east-1:000000000000:certificate/1",
      sslSupportMethod: "sni-only",
    };
    const own = { aliases: ["quiz.test"], viewerCertificate };
    const made = makeDistribution(account, own);
    expect(() => makeDistribution(account, own)).toThrow(
      "already associated with a different resource. (quiz.test)",
    );
    expect(() => account.update(made, distributionInputs(own))).not.toThrow();
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
    expect(check(DISTRIBUTION, distributionInputs())).toEqual([]);
    expect(check(DISTRIBUTION, distributionInputs(more))).toEqual([expect.stringContaining(failure)]);
  });
});

it("without an origin is refused, and so is every behaviour", () => {
  expect(check(DISTRIBUTION, distributionInputs({ origins: [] }))).toEqual([
    "origins needs at least one origin",
    'defaultCacheBehavior.targetOriginId must be the originId of one of the origins (), got "balancer"',
  ]);
});

it("keeps a function while a behaviour has it", () => {
  const made = account.make(FUNCTION, { name: "rewrite", runtime: "cloudfront-js-2.0", code: "…" });
  makeDistribution(account, {
    defaultCacheBehavior: behaviour({
      functionAssociations: [{ eventType: "viewer-request", functionArn: made.outputs["arn"] as string }],
    }),
  });
  expect(() => account.remove(made)).toThrow("attached to one or more cache behaviors");
});

it("has one monitoring subscription a distribution", () => {
  const { id } = makeDistribution(account);
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
