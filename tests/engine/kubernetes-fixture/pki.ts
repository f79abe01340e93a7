import { execFileSync } from "node:child_process";
import { join } from "node:path";

export interface Pki {
  readonly caCert: string;
  readonly serverCert: string;
  readonly serverKey: string;
  /** A cluster administrator's (`system:masters`). */
  readonly adminCert: string;
  readonly adminKey: string;
  readonly serviceAccountKey: string;
}

/** A CA, an API server certificate for 127.0.0.1, an administrator's certificate and a service account key, as files. */
export function makePki(dir: string): Pki {
  const path = (name: string): string => join(dir, name);
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  openssl("req", "-x509", ...key, "-subj", "/CN=test-ca", "-keyout", "ca.key", "-out", "ca.crt");
  const signed = (name: string, subject: string, extension: string): void => {
    const ca = ["-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE"];
    openssl(
      "req",
      "-x509",
      ...key,
      ...ca,
      "-subj",
      subject,
      "-addext",
      extension,
      "-keyout",
      `${name}.key`,
      "-out",
      `${name}.crt`,
    );
  };
  signed("server", "/CN=kube-apiserver", "subjectAltName=IP:127.0.0.1");
  signed("admin", "/O=system:masters/CN=admin", "extendedKeyUsage=clientAuth");
  openssl("genrsa", "-out", "service-account.key", "2048");
  return {
    caCert: path("ca.crt"),
    serverCert: path("server.crt"),
    serverKey: path("server.key"),
    adminCert: path("admin.crt"),
    adminKey: path("admin.key"),
    serviceAccountKey: path("service-account.key"),
  };
}
