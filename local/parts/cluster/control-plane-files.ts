import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomic } from "../host/atomic-file.ts";
import { kubeconfigOf } from "./kubeconfigs.ts";
import { makeFolder } from "./layout.ts";
import type { Certificates, User } from "./certificates.ts";

export interface ControlPlaneFiles {
  readonly authentication: string;
  readonly encryption: string;
  readonly kubeconfig: (user: User) => string;
}

/** Writes what the control plane reads; the encryption key is made once and kept, or its Secrets were lost. */
export function writeControlPlaneFiles(
  folder: string,
  server: string,
  certificates: Certificates,
): ControlPlaneFiles {
  makeFolder(folder);
  const authentication = join(folder, "authentication.json");
  const encryption = join(folder, "encryption.json");
  const kubeconfig = (user: User): string => join(folder, `${user}.kubeconfig`);
  writeFileAtomic(authentication, authenticationConfiguration());
  if (!existsSync(encryption)) {
    writeFileAtomic(encryption, encryptionConfiguration(randomBytes(32).toString("base64")), {
      durable: true,
    });
  }
  for (const [user, pair] of Object.entries(certificates.users)) {
    writeFileAtomic(kubeconfig(user as User), kubeconfigOf(server, certificates.authority, pair));
  }
  return { authentication, encryption, kubeconfig };
}

/** EKS leaves more open to everyone (version, discovery); a health check is all our parts ask for. */
export function authenticationConfiguration(): string {
  return JSON.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "AuthenticationConfiguration",
    anonymous: {
      enabled: true,
      conditions: ["/livez", "/readyz", "/healthz"].map((path) => ({ path })),
    },
  });
}

/** Secrets at rest, as EKS does with a KMS key; here the key is a file beside the data. */
export function encryptionConfiguration(key: string): string {
  return JSON.stringify({
    apiVersion: "apiserver.config.k8s.io/v1",
    kind: "EncryptionConfiguration",
    resources: [
      {
        resources: ["secrets"],
        providers: [{ secretbox: { keys: [{ name: "key1", secret: key }] } }, { identity: {} }],
      },
    ],
  });
}
