import { refuses } from "../testing/configuration.ts";

const edge = (key: string, ...rest: (string | number)[]) => ["twinstack:edge", key, ...rest];

refuses([
  [
    "no ingress source",
    edge("ingress"),
    {},
    "twinstack:edge.ingress is {}: write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both",
  ],
  [
    "two ingress sources",
    edge("ingress", "cidrs"),
    ["10.20.0.0/16"],
    'twinstack:edge.ingress is {"prefixList":"com.amazonaws.global.cloudfront.origin-facing","cidrs":["10.20.0.0/16"]}: write either prefixList (com.amazonaws.global.cloudfront.origin-facing) or cidrs (IPv4 ranges), not both',
  ],
  [
    "too long a deregistration",
    edge("deregistrationDelaySeconds"),
    3601,
    "twinstack:edge.deregistrationDelaySeconds is 3601: write a whole number from 0 to 3600 (seconds a leaving target may finish its requests)",
  ],
  [
    "half a second",
    edge("idleTimeoutSeconds"),
    0.5,
    "twinstack:edge.idleTimeoutSeconds is 0.5: write a whole number from 1 to 4000 (seconds until an idle connection is closed)",
  ],
  [
    "a check that outlasts its interval",
    edge("healthCheck", "timeoutSeconds"),
    5,
    "twinstack:edge.healthCheck.timeoutSeconds is 5: write less than intervalSeconds, which is 5",
  ],
]);
