import { X509Certificate, createPrivateKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { StorageError } from "../host/storage-error.ts";
import type { Run } from "../machine.ts";

/** PEM files of a certificate and its key; the key has mode 0600. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateRequest {
  /** File name without ending. */
  readonly name: string;
  readonly commonName: string;
  readonly organization?: string;
  readonly usages: readonly ("serverAuth" | "clientAuth")[];
  /** `DNS:…` and `IP:…`. */
  readonly names?: readonly string[];
}

const AUTHORITY_DAYS = 3650;
const CERTIFICATE_DAYS = 365;
/** A certificate that ends within this is issued anew. */
const RENEW_BEFORE_MS = 30 * 24 * 3600 * 1000;

/** A certificate authority of our own; what it issued is kept while it fits the request. */
export class Authority {
  readonly files: KeyPair;
  readonly #folder: string;
  readonly #run: Run;

  private constructor(folder: string, files: KeyPair, run: Run) {
    this.#folder = folder;
    this.files = files;
    this.#run = run;
  }

  static async open(folder: string, name: string, run: Run): Promise<Authority> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = { cert: join(folder, `${name}.crt`), key: join(folder, `${name}.key`) };
    if (!isValid(files)) await generate(run, authorityConfiguration(name), AUTHORITY_DAYS, files);
    return new Authority(folder, files, run);
  }

  async issue(request: CertificateRequest): Promise<KeyPair> {
    const cert = join(this.#folder, `${request.name}.crt`);
    const key = join(this.#folder, `${request.name}.key`);
    const authority = readFileSync(this.files.cert, "utf8");
    if (isValid({ cert, key }) && fits(readFileSync(cert, "utf8"), authority, request)) return { cert, key };
    await generate(this.#run, configurationOf(request), CERTIFICATE_DAYS, { cert, key }, this.files);
    return { cert, key };
  }
}

/**
 * A new key and its certificate, put in place once both are whole: openssl ends well on a full disk too. It writes the
 * key with mode 0600. The configuration is a file of ours: the machine's own openssl.cnf would add extensions.
 */
async function generate(
  run: Run,
  configuration: string,
  days: number,
  files: KeyPair,
  issuer?: KeyPair,
): Promise<void> {
  const configurationFile = `${files.cert}.cnf`;
  const made = { cert: `${files.cert}.new`, key: `${files.key}.new` };
  try {
    writeFileAtomic(configurationFile, configuration);
    await run("openssl", generateArguments(configurationFile, days, made, issuer));
    if (!isPair(made)) throw new StorageError(files.cert, "openssl left it or its key incomplete");
    writeFileAtomic(files.key, readFileSync(made.key), { durable: true });
    writeFileAtomic(files.cert, readFileSync(made.cert), { durable: true });
  } finally {
    for (const path of [configurationFile, made.cert, made.key]) rmSync(path, { force: true });
  }
}

/** Self-signed without an issuer. Needs OpenSSL 3.0. */
export function generateArguments(
  configurationFile: string,
  days: number,
  files: KeyPair,
  issuer?: KeyPair,
): readonly string[] {
  return [
    ...["req", "-x509", "-config", configurationFile, "-days", String(days)],
    ...["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"],
    ...(issuer ? ["-CA", issuer.cert, "-CAkey", issuer.key] : []),
    ...["-keyout", files.key, "-out", files.cert],
  ];
}

function authorityConfiguration(name: string): string {
  return configuration({ CN: name }, [
    "basicConstraints = critical, CA:TRUE",
    "keyUsage = critical, digitalSignature, keyCertSign, cRLSign",
    "subjectKeyIdentifier = hash",
  ]);
}

export function configurationOf(request: CertificateRequest): string {
  const { organization, commonName } = request;
  return configuration(
    organization === undefined ? { CN: commonName } : { O: organization, CN: commonName },
    [
      "basicConstraints = critical, CA:FALSE",
      "keyUsage = critical, digitalSignature, keyEncipherment",
      `extendedKeyUsage = ${request.usages.join(", ")}`,
      "authorityKeyIdentifier = keyid",
      ...(request.names ? [`subjectAltName = ${request.names.join(", ")}`] : []),
    ],
  );
}

/** https://docs.openssl.org/3.0/man1/openssl-req/#configuration-file-format */
function configuration(subject: Readonly<Record<string, string>>, extensions: readonly string[]): string {
  const names = Object.entries(subject).map(([field, value]) => `${field} = ${value}`);
  return [
    "[req]",
    "prompt = no",
    "distinguished_name = subject",
    "x509_extensions = extensions",
    "[subject]",
    ...names,
    "[extensions]",
    ...extensions,
    "",
  ].join("\n");
}

/** Whether a certificate of the authority names what the request asks for. */
export function fits(pem: string, authorityPem: string, request: CertificateRequest): boolean {
  const certificate = new X509Certificate(pem);
  const authority = new X509Certificate(authorityPem);
  const organization = request.organization === undefined ? "" : `O=${request.organization}\n`;
  const names = (certificate.subjectAltName ?? "")
    .split(", ")
    .filter((name) => name !== "")
    .map((name) => name.replace("IP Address:", "IP:"));
  return (
    certificate.subject === `${organization}CN=${request.commonName}` &&
    [...names].sort().join() === [...(request.names ?? [])].sort().join() &&
    certificate.checkIssued(authority) &&
    certificate.verify(authority.publicKey)
  );
}

function isValid(files: KeyPair): boolean {
  if (!existsSync(files.cert) || !existsSync(files.key)) return false;
  // Cut off between key and certificate: issued anew.
  if (!isPair(files)) return false;
  const certificate = new X509Certificate(readFileSync(files.cert));
  return Date.parse(certificate.validTo) - Date.now() > RENEW_BEFORE_MS;
}

/** Whether both files are whole and belong together. */
function isPair({ cert, key }: KeyPair): boolean {
  const [certificate, privateKey] = [readFileSync(cert, "utf8"), readFileSync(key, "utf8")];
  if (!certificate.includes("END CERTIFICATE") || !privateKey.includes("END PRIVATE KEY")) return false;
  return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(privateKey));
}

/** The key pair with which service account tokens are signed and checked. */
export function ensureSigningKey(folder: string): {
  readonly privateKey: string;
  readonly publicKey: string;
} {
  const privateKey = join(folder, "service-account.key");
  const publicKey = join(folder, "service-account.pub");
  if (!existsSync(privateKey) || !existsSync(publicKey)) {
    const pair = generateKeyPairSync("ec", {
      namedCurve: "P-256",
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    writeFileAtomic(publicKey, pair.publicKey, { durable: true });
    writeFileAtomic(privateKey, pair.privateKey, { durable: true });
  }
  return { privateKey, publicKey };
}
