import type * as aws from "@pulumi/aws";

/** What viewers may speak. `allow-all` is for a machine of one's own: no browser trusts a certificate of loopback. */
export type ViewerProtocol = "allow-all" | "redirect-to-https";

/** A name of one's own. Its DNS record (an alias or CNAME to the distribution's domain name) is not made here. */
export interface Domain {
  /** e.g. `quiz.example.com`. */
  readonly name: string;
  /** ACM certificate of that name in us-east-1, where CloudFront reads them. */
  readonly certificateArn: string;
  /** ACM certificate of that name in the load balancer's region. */
  readonly originCertificateArn: string;
}

/** TLS 1.2 and newer with a name of one's own; CloudFront's own certificate leaves no choice. */
export function viewerCertificate(
  domain: Domain | undefined,
): aws.types.input.cloudfront.DistributionViewerCertificate {
  if (domain === undefined) return { cloudfrontDefaultCertificate: true };
  return {
    acmCertificateArn: domain.certificateArn,
    sslSupportMethod: "sni-only",
    minimumProtocolVersion: "TLSv1.2_2021",
  };
}

export function scheme(viewerProtocol: ViewerProtocol): "http" | "https" {
  return viewerProtocol === "allow-all" ? "http" : "https";
}
