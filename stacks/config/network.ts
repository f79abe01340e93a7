import { z } from "zod";
import { MAX_ZONES } from "../../infra/network/subnet-plan.ts";
import { list, range, retentionDays, section, text } from "./fields.ts";

/** Services that EKS nodes without a way to the internet cannot do without:
 * https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html */
export const ENDPOINTS_WITHOUT_NAT: readonly string[] = [
  "ec2",
  "ecr.api",
  "ecr.dkr",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "logs",
  "sts",
];

export const networkSchema = section({
  /** AWS takes /16 to /28; three tiers in four zones need a /22 or larger. */
  cidr: range(16, 22, "10.0.0.0/16", true),
  zones: list(
    text(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, "write an availability zone such as eu-central-1a"),
    2,
    MAX_ZONES,
    `write a list of 2 to ${MAX_ZONES} availability zones`,
  ),
  nat: z.enum(["none", "single", "per-zone"], { error: "write none, single or per-zone" }),
  interfaceEndpoints: list(
    text(
      /^[a-z0-9-]+(\.[a-z0-9-]+)*$/,
      "write a service as in com.amazonaws.<region>.<service>, e.g. ecr.api",
    ),
    0,
    20,
    "write a list of at most 20 services, e.g. [ecr.api, ecr.dkr]",
  ).default([]),
  flowLogRetentionDays: retentionDays(),
});

export type NetworkConfig = z.infer<typeof networkSchema>;
