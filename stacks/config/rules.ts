import { mustParseCidr, overlaps } from "../../infra/network/cidr.ts";
import { adminArn } from "./cluster.ts";
import { poolsFit } from "./connections.ts";
import type { PlatformConfig } from "./environment.ts";
import { ENDPOINTS_WITHOUT_NAT } from "./network.ts";
import type { Problem } from "./problem.ts";

type Rule = (config: PlatformConfig) => readonly Problem[];

/** What one key means for another. They run when every key is right by itself. */
const RULES: readonly Rule[] = [
  zonesInRegion,
  serviceRangeApart,
  adminsOnce,
  endpointsWithoutNat,
  healthCheckTimes,
  originCertificateInRegion,
  replicas,
  cpu,
  ports,
  keepAlive,
  shutdown,
  poolsFit,
  deletion,
];

export function crossCheck(config: PlatformConfig): Problem[] {
  return RULES.flatMap((rule) => rule(config));
}

function when(wrong: boolean, key: string, value: unknown, instead: string): readonly Problem[] {
  return wrong ? [{ key, value, instead }] : [];
}

function zonesInRegion({ account, network }: PlatformConfig): readonly Problem[] {
  return network.zones.flatMap((zone, index) =>
    when(
      zone.slice(0, -1) !== account.region,
      `twinstack:network.zones[${index}]`,
      zone,
      `write a zone of aws:region ${account.region}, e.g. ${account.region}a`,
    ),
  );
}

function serviceRangeApart({ network, cluster }: PlatformConfig): readonly Problem[] {
  return when(
    overlaps(mustParseCidr(network.cidr), mustParseCidr(cluster.serviceCidr)),
    "twinstack:cluster.serviceCidr",
    cluster.serviceCidr,
    `write a range outside the VPC and its pods, which have twinstack:network.cidr ${network.cidr}`,
  );
}

/** An account-local name and its ARN are one principal; EKS takes each once. */
function adminsOnce({ account, cluster: { adminPrincipals } }: PlatformConfig): readonly Problem[] {
  const arns = adminPrincipals.map((principal) => adminArn(account.allowedAccountIds[0] ?? "", principal));
  return arns.flatMap((arn, index) =>
    when(
      arns.indexOf(arn) < index,
      `twinstack:cluster.adminPrincipals[${index}]`,
      adminPrincipals[index],
      "it is there twice, write each once",
    ),
  );
}

function endpointsWithoutNat({ network }: PlatformConfig): readonly Problem[] {
  const missing = ENDPOINTS_WITHOUT_NAT.filter((service) => !network.interfaceEndpoints.includes(service));
  return when(
    network.nat === "none" && missing.length > 0,
    "twinstack:network.interfaceEndpoints",
    network.interfaceEndpoints,
    `add ${missing.join(", ")}: without NAT nodes reach them no other way (or set twinstack:network.nat)`,
  );
}

function healthCheckTimes({ edge: { healthCheck } }: PlatformConfig): readonly Problem[] {
  return when(
    healthCheck.timeoutSeconds >= healthCheck.intervalSeconds,
    "twinstack:edge.healthCheck.timeoutSeconds",
    healthCheck.timeoutSeconds,
    `write less than intervalSeconds, which is ${healthCheck.intervalSeconds}`,
  );
}

/** Load balancers take certificates of their own region alone. */
function originCertificateInRegion({ account, edge }: PlatformConfig): readonly Problem[] {
  const arn = edge.cdn.domain?.originCertificateArn;
  return when(
    arn !== undefined && arn.split(":")[3] !== account.region,
    "twinstack:edge.cdn.domain.originCertificateArn",
    arn,
    `write the ARN of an ACM certificate in aws:region ${account.region}`,
  );
}

function replicas({
  service: {
    replicas: { min, max },
  },
}: PlatformConfig): readonly Problem[] {
  return when(
    min > max,
    "twinstack:service.replicas.min",
    min,
    `write at most replicas.max, which is ${max}`,
  );
}

function cpu({ service: { resources } }: PlatformConfig): readonly Problem[] {
  return when(
    resources.cpuRequestMillis > resources.cpuLimitMillis,
    "twinstack:service.resources.cpuRequestMillis",
    resources.cpuRequestMillis,
    `write at most cpuLimitMillis, which is ${resources.cpuLimitMillis}`,
  );
}

function ports({ service }: PlatformConfig): readonly Problem[] {
  return when(
    service.apiPort === service.metricsPort,
    "twinstack:service.metricsPort",
    service.metricsPort,
    `write another port than apiPort, which is ${service.apiPort}`,
  );
}

/** Else the pod closes a connection just as the load balancer sends a request on it: a 502. */
function keepAlive({ edge, service }: PlatformConfig): readonly Problem[] {
  return when(
    service.keepAliveTimeoutSeconds <= edge.idleTimeoutSeconds,
    "twinstack:service.keepAliveTimeoutSeconds",
    service.keepAliveTimeoutSeconds,
    `write more than twinstack:edge.idleTimeoutSeconds, which is ${edge.idleTimeoutSeconds}`,
  );
}

function shutdown({ edge, service: { shutdown: times } }: PlatformConfig): readonly Problem[] {
  const serving = times.preStopSeconds + times.drainSeconds;
  const needed = serving + times.finishSeconds;
  return [
    ...when(
      times.preStopSeconds >= times.gracePeriodSeconds,
      "twinstack:service.shutdown.preStopSeconds",
      times.preStopSeconds,
      `write less than gracePeriodSeconds, which is ${times.gracePeriodSeconds}`,
    ),
    ...when(
      times.preStopSeconds < times.gracePeriodSeconds && needed >= times.gracePeriodSeconds,
      "twinstack:service.shutdown.gracePeriodSeconds",
      times.gracePeriodSeconds,
      `write more than preStopSeconds, drainSeconds and finishSeconds together, which are ${needed}`,
    ),
    ...when(
      serving < edge.deregistrationDelaySeconds,
      "twinstack:service.shutdown.drainSeconds",
      times.drainSeconds,
      `write at least ${edge.deregistrationDelaySeconds - times.preStopSeconds}: with preStopSeconds it must ` +
        `last through twinstack:edge.deregistrationDelaySeconds, which is ${edge.deregistrationDelaySeconds}`,
    ),
  ];
}

function deletion({ protect, registry }: PlatformConfig): readonly Problem[] {
  return when(
    protect && registry.forceDelete,
    "twinstack:registry.forceDelete",
    registry.forceDelete,
    "write false, or twinstack:protect: false: what is protected must not be deletable with its images",
  );
}
