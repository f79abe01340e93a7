import { X509Certificate } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Authority, ensureSigningKey } from "./authority.ts";
import type { CertificateRequest } from "./authority.ts";
import type { Run } from "../machine.ts";

describe("Authority", () => {
  let folder: string;
  const calls: (readonly string[])[] = [];
  const run: Run = async (command, args) => {
    calls.push(args);
    return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  const node: CertificateRequest = {
    name: "kubelet-node-a",
    commonName: "system:node:node-a",
    organization: "system:nodes",
    usages: ["clientAuth", "serverAuth"],
    names: ["DNS:node-a", "IP:10.42.0.5"],
  };

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pki-"));
    calls.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("issues what the request says, for a year, signed by itself alone", async () => {
    const authority = await Authority.open(folder, "ca", run);
    const pair = await authority.issue(node);
    const [issuer, certificate] = [authority.files.cert, pair.cert].map(
      (file) => new X509Certificate(readFileSync(file)),
    ) as [X509Certificate, X509Certificate];
    expect(issuer.ca).toBe(true);
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(issuer.publicKey)).toBe(true);
    expect(certificate.subject).toBe("O=system:nodes\nCN=system:node:node-a");
    expect(certificate.subjectAltName).toBe("DNS:node-a, IP Address:10.42.0.5");
    // The two extended key usages of RFC 5280, 4.2.1.12.
    expect([...certificate.keyUsage].sort()).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(365);
  });

  it("writes keys only root can read, passes none as an argument, and leaves no other file", async () => {
    const authority = await Authority.open(folder, "ca", run);
    const pair = await authority.issue(node);
    for (const { key } of [authority.files, pair]) {
      expect(statSync(key).mode & 0o777).toBe(0o600);
      expect(calls.flat().join(" ")).not.toContain(readFileSync(key, "utf8").split("\n")[1]);
    }
    expect(readdirSync(folder).sort()).toEqual([
      "ca.crt",
      "ca.key",
      "kubelet-node-a.crt",
      "kubelet-node-a.key",
    ]);
  });

  it("keeps a certificate that fits, and its authority", async () => {
    const first = await (await Authority.open(folder, "ca", run)).issue(node);
    const before = readFileSync(first.cert, "utf8");
    calls.length = 0;
    const again = await (
      await Authority.open(folder, "ca", run)
    ).issue({
      ...node,
      names: ["IP:10.42.0.5", "DNS:node-a"],
    });
    expect(readFileSync(again.cert, "utf8")).toBe(before);
    expect(calls).toEqual([]);
  });

  it.each([
    ["another address", { names: ["DNS:node-a", "IP:10.42.0.6"] }],
    ["another user", { commonName: "system:node:node-b" }],
    ["no organization", { organization: undefined }],
  ])("issues anew for %s", async (_, change) => {
    const authority = await Authority.open(folder, "ca", run);
    const before = readFileSync((await authority.issue(node)).cert, "utf8");
    const { organization, ...rest } = { ...node, ...change };
    const request = organization === undefined ? rest : { ...rest, organization };
    const after = new X509Certificate(readFileSync((await authority.issue(request)).cert));
    expect(after.toString()).not.toBe(before);
    expect(after.subject).toContain(`CN=${request.commonName}`);
  });

  it("issues anew when the authority is another one or the file was cut off", async () => {
    const authority = await Authority.open(folder, "ca", run);
    const { cert } = await authority.issue(node);
    truncateSync(cert, 100);
    await authority.issue(node);
    expect(new X509Certificate(readFileSync(cert)).subject).toContain("system:node:node-a");
    rmSync(authority.files.cert);
    const other = await Authority.open(folder, "ca", run);
    await other.issue(node);
    const issuer = new X509Certificate(readFileSync(other.files.cert));
    expect(new X509Certificate(readFileSync(cert)).verify(issuer.publicKey)).toBe(true);
  });

  it("says why openssl failed", async () => {
    const authority = await Authority.open(folder, "ca", run);
    await expect(authority.issue({ ...node, names: ["IP:nowhere"] })).rejects.toThrow(/bad ip address/);
  });

  it("keeps the service account key", () => {
    const { privateKey, publicKey } = ensureSigningKey(folder);
    const before = readFileSync(privateKey, "utf8");
    expect(ensureSigningKey(folder)).toEqual({ privateKey, publicKey });
    expect(readFileSync(privateKey, "utf8")).toBe(before);
    expect(statSync(privateKey).mode & 0o777).toBe(0o600);
  });
});
