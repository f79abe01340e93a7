import { z } from "zod";
import { list, range, section, text, whole } from "./fields.ts";

const ingressInstead =
  "write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both";

const ingressSchema = section({
  prefixList: text(
    /^com\.amazonaws\.[\w.-]+$/,
    "write an AWS-managed prefix list such as com.amazonaws.global.cloudfront.origin-facing",
  ).optional(),
  cidrs: list(
    range(8, 32, "10.0.0.0/16", false),
    1,
    20,
    "write a list of 1 to 20 IPv4 ranges that may send requests",
  ).optional(),
}).transform((ingress, context) => {
  if (ingress.prefixList !== undefined && ingress.cidrs === undefined)
    return { prefixList: ingress.prefixList };
  if (ingress.cidrs !== undefined && ingress.prefixList === undefined) return { cidrs: ingress.cidrs };
  context.addIssue({ code: "custom", message: ingressInstead });
  return z.NEVER;
});

/** Ranges are those of the ELBv2 API. */
export const edgeSchema = section({
  ingress: ingressSchema,
  idleTimeoutSeconds: whole(1, 4000, "seconds until an idle connection is closed"),
  deregistrationDelaySeconds: whole(0, 3600, "seconds a leaving target may finish its requests"),
  healthCheck: section({
    intervalSeconds: whole(5, 300, "seconds between two checks"),
    timeoutSeconds: whole(2, 120, "seconds until a check counts as failed"),
    healthyThreshold: whole(2, 10, "passed checks until a target gets requests"),
    unhealthyThreshold: whole(2, 10, "failed checks until it gets none"),
  }),
  accessLogs: section({
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "write the name of an S3 bucket"),
    prefix: text(/^[\w./-]+$/, "write a key prefix such as edge/staging").optional(),
  }).optional(),
});

export type EdgeConfig = z.infer<typeof edgeSchema>;
