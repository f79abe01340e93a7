import { execFileSync } from "node:child_process";
import { chmodSync, chownSync } from "node:fs";
import { join } from "node:path";
import { makeServerFolder, serverUser } from "./child-server.ts";

/** A server's certificate for `localhost`, and the authority that signed it. */
export interface Certificates {
  /** PEM file of the authority. */
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  remove(): void;
}

export function makeCertificates(): Certificates {
  const folder = makeServerFolder("certificates");
  const file = (name: string): string => join(folder.path, name);
  const make = (...args: readonly string[]): void => {
    const common = [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
    ];
    execFileSync("openssl", [...common, ...args], { stdio: "pipe" });
  };
  make("-subj", "/CN=test authority", "-keyout", file("ca.key"), "-out", file("ca.pem"));
  make(
    ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
    ...["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-keyout", file("key"), "-out", file("certificate")],
  );
  const { uid, gid } = serverUser();
  if (uid !== undefined && gid !== undefined) chownSync(file("key"), uid, gid);
  chmodSync(file("key"), 0o600);
  return {
    authority: file("ca.pem"),
    certificate: file("certificate"),
    key: file("key"),
    remove: () => folder.remove(),
  };
}
