import { readFileSync } from "node:fs";
import type { KeyPair } from "../authority/authority.ts";

/** A kubeconfig that holds its certificates itself, as JSON (which is YAML too). */
export function kubeconfig(server: string, authorityPem: string, clientPem: string, keyPem: string): string {
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server, "certificate-authority-data": base64(authorityPem) } }],
    users: [
      {
        name: "user",
        user: { "client-certificate-data": base64(clientPem), "client-key-data": base64(keyPem) },
      },
    ],
    contexts: [{ name: "default", context: { cluster: "cluster", user: "user" } }],
    "current-context": "default",
  };
  return JSON.stringify(config, undefined, 1) + "\n";
}

export function kubeconfigOf(server: string, authority: KeyPair, user: KeyPair): string {
  const [authorityPem, clientPem, keyPem] = [authority.cert, user.cert, user.key].map((file) =>
    readFileSync(file, "utf8"),
  ) as [string, string, string];
  return kubeconfig(server, authorityPem, clientPem, keyPem);
}

export function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
