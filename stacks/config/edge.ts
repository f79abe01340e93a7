import { z } from "zod";
import { flag, list, range, retentionDays, section, text, whole } from "./fields.ts";

const ingressInstead =
  "write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both";

const ingressSchema = section({
  prefixList: text(
    /^com\.amazonaws\.[\w.-]+$/,
    "write an AWS-managed prefix list such as com.amazonaws.global.cloudfront.origin-facing",
  ).optional(),
  cidrs: list(
    range(8, 32, "10.0.0.0/16", false),
    1,
    20,
    "write a list of 1 to 20 IPv4 ranges that may send requests",
  ).optional(),
}).transform((ingress, context) => {
  if (ingress.prefixList !== undefined && ingress.cidrs === undefined)
    return { prefixList: ingress.prefixList };
  if (ingress.cidrs !== undefined && ingress.prefixList === undefined) return { cidrs: ingress.cidrs };
  context.addIssue({ code: "custom", message: ingressInstead });
  return z.NEVER;
});

const certificate = (region: string, where: string) =>
  text(
    new RegExp(`^arn:aws:acm:${region}:\\d{12}:certificate/[\\w-]+$`),
    `write the ARN of an ACM certificate in ${where}`,
  );

const domainSchema = section({
  name: text(
    /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
    "write a DNS name in lower case, e.g. quiz.example.com",
  ),
  /** CloudFront reads certificates in us-east-1 alone. */
  certificateArn: certificate("us-east-1", "us-east-1"),
  originCertificateArn: certificate("[a-z0-9-]+", "the platform's region"),
});

/** Limits are those of WAF: https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
const firewallSchema = section({
  rateLimit: whole(10, 2_000_000_000, "requests an address may send within rateWindowSeconds"),
  rateWindowSeconds: z.union([z.literal(60), z.literal(120), z.literal(300), z.literal(600)], {
    error: "write 60, 120, 300 or 600 (seconds in which rateLimit counts)",
  }),
  logRetentionDays: retentionDays(),
});

export const cdnSchema = section({
  viewerProtocol: z.enum(["redirect-to-https", "allow-all"], {
    error: "write redirect-to-https, or allow-all where only one's own machine is the viewer",
  }),
  assetsFrom: z.enum(["load-balancer", "bucket"], {
    error: "write bucket, or load-balancer where a page may miss its files after a switch",
  }),
  priceClass: z.enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"], {
    error: "write PriceClass_100 (Europe and North America), PriceClass_200 or PriceClass_All",
  }),
  domain: domainSchema.optional(),
  firewall: firewallSchema,
  forceDelete: flag("whether the assets bucket may be deleted with files in it").default(false),
}).superRefine(({ domain, viewerProtocol }, context) => {
  if (domain === undefined || viewerProtocol === "redirect-to-https") return;
  const message = "write redirect-to-https: with a domain there is a certificate";
  context.addIssue({ code: "custom", path: ["viewerProtocol"], message });
});

/** A line a request, of CDN and load balancer; none without the section. */
export const accessLogsSchema = section({
  retentionDays: whole(1, 3650, "days a log is kept"),
  forceDelete: flag("whether the bucket may be deleted with logs in it").default(false),
});

/** Ranges are those of the ELBv2 API. */
export const edgeSchema = section({
  ingress: ingressSchema,
  idleTimeoutSeconds: whole(1, 4000, "seconds until an idle connection is closed"),
  deregistrationDelaySeconds: whole(0, 3600, "seconds a leaving target may finish its requests"),
  healthCheck: section({
    intervalSeconds: whole(5, 300, "seconds between two checks"),
    timeoutSeconds: whole(2, 120, "seconds until a check counts as failed"),
    healthyThreshold: whole(2, 10, "passed checks until a target gets requests"),
    unhealthyThreshold: whole(2, 10, "failed checks until it gets none"),
  }),
  cdn: cdnSchema,
  logs: accessLogsSchema.optional(),
});

export type EdgeConfig = z.infer<typeof edgeSchema>;
