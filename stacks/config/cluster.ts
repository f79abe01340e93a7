import { z } from "zod";
import { list, range, retentionDays, section, text } from "./fields.ts";

/** Kubernetes versions this program was written for and EKS has under standard support. */
export const KUBERNETES_VERSIONS = ["1.34", "1.35"] as const;

export const clusterSchema = section({
  version: z.enum(KUBERNETES_VERSIONS, {
    error: `write one of ${KUBERNETES_VERSIONS.map((version) => `"${version}"`).join(", ")}, in quotes`,
  }),
  /** https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
  serviceCidr: range(12, 24, "172.20.0.0/16", true),
  /** Without `arn:…` it is one of this stack's account, whose number then stands in one place alone. */
  adminPrincipals: list(
    text(
      /^(arn:aws:iam::\d{12}:)?(role|user)\/[\w+=,.@/-]+$/,
      "write an IAM role or user of this account, e.g. role/platform-admin, or its whole ARN",
    ),
    1,
    20,
    "write a list of 1 to 20 IAM roles or users; without one nobody can reach the cluster",
  ),
  publicAccessCidrs: list(
    range(0, 32, "203.0.113.7/32", false).refine((cidr) => cidr !== "0.0.0.0/0", {
      error:
        "write the ranges of your offices or VPN, or leave the list empty: the API server is not for everyone",
    }),
    0,
    40,
    "write a list of at most 40 IPv4 ranges; an empty one keeps the API server inside the VPC",
  ).default([]),
  logRetentionDays: retentionDays(),
});

/** The ARN of an admin as the configuration names it. */
export function adminArn(accountId: string, principal: string): string {
  return principal.startsWith("arn:") ? principal : `arn:aws:iam::${accountId}:${principal}`;
}

export type ClusterConfig = z.infer<typeof clusterSchema>;
