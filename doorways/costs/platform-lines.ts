import { z } from "zod";
import { HOURS, line, type Line, type Made } from "./line.ts";

const groupInputs = z.object({
  engine: z.string(),
  nodeType: z.string(),
  numCacheClusters: z.number(),
  // One snapshot a group is free; more have a price.
  snapshotRetentionLimit: z.number().max(1).optional(),
});

/** Each node by the hour. */
export function cacheLines({ name, inputs }: Made): readonly Line[] {
  const { engine, nodeType, numCacheClusters } = groupInputs.parse(inputs);
  const key = `elasticache.${engine}.${nodeType}`;
  return [line(`${name}: ${nodeType}, ${engine}`, key, numCacheClusters, HOURS)];
}

const endpointInputs = z.discriminatedUnion("vpcEndpointType", [
  z.object({ vpcEndpointType: z.literal("Gateway") }),
  z.object({ vpcEndpointType: z.literal("Interface"), subnetIds: z.array(z.string()) }),
]);

/** An interface endpoint by the hour and zone; a gateway endpoint is free. */
export function endpointLines({ name, inputs }: Made): readonly Line[] {
  const endpoint = endpointInputs.parse(inputs);
  if (endpoint.vpcEndpointType === "Gateway") return [];
  return [line(name, "endpoint.hours", endpoint.subnetIds.length, HOURS)];
}

const balancerInputs = z.object({ loadBalancerType: z.literal("application"), internal: z.literal(true) });

/** Its hours; its capacity units depend on traffic. Internal: one on the internet has an address a zone besides. */
export function loadBalancerLines({ name, inputs }: Made): readonly Line[] {
  balancerInputs.parse(inputs);
  return [line(`${name}: load balancer`, "alb.hours", 1, HOURS)];
}

const FREE_GROUPS = ["AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"] as const;

const managedGroup = z.object({ vendorName: z.literal("AWS"), name: z.enum(FREE_GROUPS) });

const aclInputs = z.object({
  rules: z.array(z.object({ statement: z.object({ managedRuleGroupStatement: managedGroup.optional() }) })),
});

/** A rule group of AWS counts as a rule; those with a fee of their own are not in the list above. */
export function firewallLines({ name, inputs }: Made): readonly Line[] {
  const { rules } = aclInputs.parse(inputs);
  return [line(`${name}: web ACL`, "waf.acl", 1), line(`${name}: its rules`, "waf.rule", rules.length)];
}

const alarmInputs = z.object({
  // Below a minute is high resolution, at three times the price.
  period: z.number().min(60).optional(),
  metricQueries: z
    .array(z.object({ metric: z.object({ period: z.number().min(60) }).optional() }))
    .optional(),
});

/** How many metrics an alarm looks at: one, or those that its expression is made of. */
export function alarmMetrics({ inputs }: Made): number {
  const { metricQueries } = alarmInputs.parse(inputs);
  return metricQueries === undefined ? 1 : metricQueries.filter(({ metric }) => metric !== undefined).length;
}
