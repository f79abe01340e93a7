import { platformConfig } from "../config.ts";
import { GOOD, problemsOf, refuses, withValue } from "../testing/configuration.ts";

const edge = (key: string, ...rest: (string | number)[]) => ["twinstack:edge", key, ...rest];

const DOMAIN = {
  name: "quiz.example.com",
  certificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/a",
  originCertificateArn: "arn:aws:acm:eu-central-1:111122223333:certificate/b",
};

refuses([
  [
    "no ingress source",
    edge("ingress"),
    {},
    "twinstack:edge.ingress is {}: write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both",
  ],
  [
    "two ingress sources",
    edge("ingress", "cidrs"),
    ["10.20.0.0/16"],
    'twinstack:edge.ingress is {"prefixList":"com.amazonaws.global.cloudfront.origin-facing","cidrs":["10.20.0.0/16"]}: write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both',
  ],
  [
    "too long a deregistration",
    edge("deregistrationDelaySeconds"),
    3601,
    "twinstack:edge.deregistrationDelaySeconds is 3601: write a whole number from 0 to 3600 (seconds a leaving target may finish its requests)",
  ],
  [
    "half a second",
    edge("idleTimeoutSeconds"),
    0.5,
    "twinstack:edge.idleTimeoutSeconds is 0.5: write a whole number from 1 to 4000 (seconds until an idle connection is closed)",
  ],
  [
    "a check that outlasts its interval",
    edge("healthCheck", "timeoutSeconds"),
    5,
    "twinstack:edge.healthCheck.timeoutSeconds is 5: write less than intervalSeconds, which is 5",
  ],
  [
    "plain http for everyone, misspelt",
    edge("cdn", "viewerProtocol"),
    "http-only",
    'twinstack:edge.cdn.viewerProtocol is "http-only": write redirect-to-https, or allow-all where only one\'s own machine is the viewer',
  ],
  [
    "assets from nowhere",
    edge("cdn", "assetsFrom"),
    "s3",
    'twinstack:edge.cdn.assetsFrom is "s3": write bucket, or load-balancer where a page may miss its files after a switch',
  ],
  [
    "a price class of one's own",
    edge("cdn", "priceClass"),
    "PriceClass_300",
    'twinstack:edge.cdn.priceClass is "PriceClass_300": write PriceClass_100 (Europe and North America), PriceClass_200 or PriceClass_All',
  ],
  [
    "a limit that refuses everybody",
    edge("cdn", "firewall", "rateLimit"),
    5,
    "twinstack:edge.cdn.firewall.rateLimit is 5: write a whole number from 10 to 2000000000 (requests an address may send within rateWindowSeconds)",
  ],
  [
    "a window WAF does not have",
    edge("cdn", "firewall", "rateWindowSeconds"),
    30,
    "twinstack:edge.cdn.firewall.rateWindowSeconds is 30: write 60, 120, 300 or 600 (seconds in which rateLimit counts)",
  ],
  [
    "a certificate CloudFront cannot read",
    edge("cdn", "domain"),
    { ...DOMAIN, certificateArn: DOMAIN.originCertificateArn },
    'twinstack:edge.cdn.domain.certificateArn is "arn:aws:acm:eu-central-1:111122223333:certificate/b": write the ARN of an ACM certificate in us-east-1',
  ],
  [
    "an origin's certificate of another region",
    edge("cdn", "domain"),
    { ...DOMAIN, originCertificateArn: DOMAIN.certificateArn },
    'twinstack:edge.cdn.domain.originCertificateArn is "arn:aws:acm:us-east-1:111122223333:certificate/a": write the ARN of an ACM certificate in aws:region eu-central-1',
  ],
  [
    "a URL for a name",
    edge("cdn", "domain"),
    { ...DOMAIN, name: "https://quiz.example.com" },
    'twinstack:edge.cdn.domain.name is "https://quiz.example.com": write a DNS name in lower case, e.g. quiz.example.com',
  ],
  [
    "logs kept for no time",
    edge("logs"),
    { retentionDays: 0 },
    "twinstack:edge.logs.retentionDays is 0: write a whole number from 1 to 3650 (days a log is kept)",
  ],
]);

it("wants https where there is a certificate", () => {
  const cdn = { ...GOOD["twinstack:edge"].cdn, domain: DOMAIN, viewerProtocol: "allow-all" };
  expect(problemsOf(() => platformConfig("staging", withValue(edge("cdn"), cdn)))).toEqual([
    'twinstack:edge.cdn.viewerProtocol is "allow-all": write redirect-to-https: with a domain there is a certificate',
  ]);
});
