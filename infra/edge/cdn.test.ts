import * as pulumi from "@pulumi/pulumi";
import { Children, value } from "../testing/children.ts";
import { Cdn, type CdnArgs } from "./cdn.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution cdn";
const READ = ["GET", "HEAD"];
const ALL = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"];

async function make(change: Partial<CdnArgs> = {}) {
  const children = new Children((type, name) => {
    if (type === "aws:cloudfront/distribution:Distribution") return { domainName: "d1.cloudfront.net" };
    if (type === "aws:s3/bucket:Bucket") {
      return { bucketRegionalDomainName: `${name}.s3.eu-central-1.amazonaws.com` };
    }
    return {};
  });
  const cdn = new Cdn(
    "cdn",
    {
      distributionName: "twinstack-test",
      loadBalancer: { arn: "arn:edge", dnsName: "internal-edge.test" },
      viewerProtocol: "redirect-to-https",
      assetsFrom: "bucket",
      priceClass: "PriceClass_100",
      firewall: { rateLimit: 2000, rateWindowSeconds: 300, logRetentionDays: 30 },
      protect: false,
      tags: { team: "a" },
      ...change,
    },
    children.options,
  );
  const [url, made] = await Promise.all([value(cdn.url), children.all()]);
  return { cdn, url, children: made };
}

function distributionOf({ children }: Awaited<ReturnType<typeof make>>) {
  return children[DISTRIBUTION]?.inputs ?? {};
}

const COMMON_CHILDREN = [
  "aws:cloudfront/cachePolicy:CachePolicy cdn-assets",
  "aws:cloudfront/cachePolicy:CachePolicy cdn-dynamic",
  "aws:cloudfront/distribution:Distribution cdn",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy cdn-assets",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy cdn-viewer",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy cdn",
  "aws:cloudfront/vpcOrigin:VpcOrigin cdn",
  "aws:cloudwatch/logGroup:LogGroup cdn-waf",
  "aws:s3/bucket:Bucket cdn-assets",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration cdn-assets",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls cdn-assets",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock cdn-assets",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration cdn-assets",
  "aws:s3/bucketVersioning:BucketVersioning cdn-assets",
  "aws:wafv2/webAcl:WebAcl cdn",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration cdn",
  "twinstack:edge:Cdn cdn",
];

const BUCKET_CHILDREN = [
  "aws:cloudfront/originAccessControl:OriginAccessControl cdn-assets",
  "aws:s3/bucketObjectv2:BucketObjectv2 cdn-assets-unavailable",
  "aws:s3/bucketPolicy:BucketPolicy cdn-assets",
];

describe("Cdn", () => {
  it("makes these children and no other", async () => {
    expect(Object.keys((await make()).children).sort()).toEqual(
      [...COMMON_CHILDREN, ...BUCKET_CHILDREN].sort(),
    );
    const served = await make({ assetsFrom: "load-balancer" });
    expect(Object.keys(served.children).sort()).toEqual(COMMON_CHILDREN);
  });

  it("serves API, assets and its error page, and everything else from the load balancer", async () => {
    const common = {
      viewerProtocolPolicy: "redirect-to-https",
      cachedMethods: READ,
      compress: true,
      responseHeadersPolicyId: "cdn-id",
    };
    const dynamic = {
      ...common,
      targetOriginId: "load-balancer",
      cachePolicyId: "cdn-dynamic-id",
      originRequestPolicyId: "cdn-viewer-id",
    };
    const stored = {
      ...common,
      targetOriginId: "assets",
      allowedMethods: READ,
      cachePolicyId: "cdn-assets-id",
    };
    expect(distributionOf(await make())).toMatchObject({
      comment: "twinstack-test",
      enabled: true,
      isIpv6Enabled: true,
      httpVersion: "http2and3",
      priceClass: "PriceClass_100",
      viewerCertificate: { cloudfrontDefaultCertificate: true },
      webAclId: "arn:cdn",
      restrictions: { geoRestriction: { restrictionType: "none" } },
      origins: [
        {
          originId: "load-balancer",
          domainName: "internal-edge.test",
          vpcOriginConfig: { vpcOriginId: "cdn-id" },
        },
        {
          originId: "assets",
          domainName: "cdn-assets.s3.eu-central-1.amazonaws.com",
          originAccessControlId: "cdn-assets-id",
        },
      ],
      defaultCacheBehavior: { ...dynamic, allowedMethods: [...READ, "OPTIONS"] },
      orderedCacheBehaviors: [
        { pathPattern: "/api/*", ...dynamic, allowedMethods: ALL },
        { pathPattern: "/assets/*", ...stored },
        { pathPattern: "/errors/*", ...stored },
      ],
      tags: { team: "a" },
    });
  });

  it("takes assets from the pods where they are not uploaded, without cookies", async () => {
    const distribution = distributionOf(await make({ assetsFrom: "load-balancer" }));
    expect(distribution["origins"]).toMatchObject([{ originId: "load-balancer" }]);
    expect(distribution["orderedCacheBehaviors"]).toMatchObject([
      { pathPattern: "/api/*" },
      {
        pathPattern: "/assets/*",
        targetOriginId: "load-balancer",
        allowedMethods: READ,
        cachePolicyId: "cdn-assets-id",
        originRequestPolicyId: "cdn-assets-id",
      },
    ]);
  });

  it("never asks the bucket with the viewer's Host: S3 would take it for another bucket", async () => {
    const behaviours = distributionOf(await make())["orderedCacheBehaviors"] as Record<string, unknown>[];
    const stored = behaviours.filter((behaviour) => behaviour["targetOriginId"] === "assets");
    expect(stored.map((behaviour) => behaviour["originRequestPolicyId"])).toEqual([undefined, undefined]);
  });

  it("keeps no error, and has a page for 502 to 504 alone, when there is a bucket to hold it", async () => {
    const codes = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];
    const page = (code: number) =>
      code < 502 ? {} : { responseCode: code, responsePagePath: "/errors/unavailable.html" };
    const stored = await make();
    expect(distributionOf(stored)["customErrorResponses"]).toEqual(
      codes.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0, ...page(errorCode) })),
    );
    expect(
      stored.children["aws:s3/bucketObjectv2:BucketObjectv2 cdn-assets-unavailable"]?.inputs,
    ).toMatchObject({
      bucket: "cdn-assets-id",
      key: "errors/unavailable.html",
      contentType: "text/html; charset=utf-8",
      content: expect.stringContaining("Back in a moment") as string,
    });
    expect(distributionOf(await make({ assetsFrom: "load-balancer" }))["customErrorResponses"]).toEqual(
      codes.map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
    );
  });

  it("hands files' requests on without cookies, all others as they came", async () => {
    const { children } = await make();
    const cookies = (name: string) =>
      children[`aws:cloudfront/originRequestPolicy:OriginRequestPolicy cdn-${name}`]?.inputs["cookiesConfig"];
    expect(cookies("assets")).toEqual({ cookieBehavior: "none" });
    expect(cookies("viewer")).toEqual({ cookieBehavior: "all" });
  });

  it("reaches the load balancer inside the VPC, by http", async () => {
    const { children, url } = await make();
    expect(children["aws:cloudfront/vpcOrigin:VpcOrigin cdn"]?.inputs).toEqual({
      vpcOriginEndpointConfig: {
        name: "twinstack-test",
        arn: "arn:edge",
        httpPort: 80,
        httpsPort: 443,
        originProtocolPolicy: "http-only",
        originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
      },
      tags: { team: "a" },
    });
    expect(url).toBe("https://d1.cloudfront.net");
  });

  it("speaks https to the load balancer, and modern TLS to viewers, under a name of one's own", async () => {
    const made = await make({
      domain: { name: "quiz.test", certificateArn: "arn:viewer", originCertificateArn: "arn:origin" },
    });
    expect(distributionOf(made)).toMatchObject({
      aliases: ["quiz.test"],
      viewerCertificate: {
        acmCertificateArn: "arn:viewer",
        sslSupportMethod: "sni-only",
        minimumProtocolVersion: "TLSv1.2_2021",
      },
    });
    expect(made.children["aws:cloudfront/vpcOrigin:VpcOrigin cdn"]?.inputs).toMatchObject({
      vpcOriginEndpointConfig: { originProtocolPolicy: "https-only" },
    });
    expect(made.url).toBe("https://quiz.test");
  });

  it("answers http where viewers come by http, and demands no https of them for later", async () => {
    const headers = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy cdn";
    const { children, url } = await make({ viewerProtocol: "allow-all" });
    expect(url).toBe("http://d1.cloudfront.net");
    expect(children[DISTRIBUTION]?.inputs).toMatchObject({
      defaultCacheBehavior: { viewerProtocolPolicy: "allow-all" },
      orderedCacheBehaviors: [1, 2, 3].map(() => ({ viewerProtocolPolicy: "allow-all" })),
    });
    const floor = {
      contentSecurityPolicy: {
        contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
        override: false,
      },
      contentTypeOptions: { override: false },
      frameOptions: { frameOption: "DENY", override: false },
      referrerPolicy: { referrerPolicy: "no-referrer", override: false },
    };
    expect(children[headers]?.inputs["securityHeadersConfig"]).toEqual(floor);
    expect((await make()).children[headers]?.inputs["securityHeadersConfig"]).toEqual({
      ...floor,
      strictTransportSecurity: {
        accessControlMaxAgeSec: 63_072_000,
        includeSubdomains: true,
        override: true,
      },
    });
  });

  it("logs every request when told where, without cookies", async () => {
    expect(distributionOf(await make())["loggingConfig"]).toBeUndefined();
    const logged = await make({ logBucketDomainName: "logs.s3.amazonaws.com" });
    expect(distributionOf(logged)["loggingConfig"]).toEqual({
      bucket: "logs.s3.amazonaws.com",
      prefix: "cdn/",
      includeCookies: false,
    });
  });

  it("protects distribution and assets when asked, and deletes files only when told", async () => {
    const { children } = await make({ protect: true });
    const bucket = "aws:s3/bucket:Bucket cdn-assets";
    expect([children[DISTRIBUTION]?.options.protect, children[bucket]?.options.protect]).toEqual([
      true,
      true,
    ]);
    expect(children[bucket]?.inputs["forceDestroy"]).toBe(false);
    expect((await make({ forceDelete: true })).children[bucket]?.inputs["forceDestroy"]).toBe(true);
  });

  it("tells bucket and distribution", async () => {
    const { cdn } = await make();
    expect(await value(pulumi.all([cdn.domainName, cdn.distributionId, cdn.assetsBucket]))).toEqual([
      "d1.cloudfront.net",
      "cdn-id",
      "cdn-assets-id",
    ]);
  });
});
