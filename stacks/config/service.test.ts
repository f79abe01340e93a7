import { refuses } from "../testing/configuration.ts";

const service = (key: string, ...rest: (string | number)[]) => ["twinstack:service", key, ...rest];

refuses([
  [
    "a reserved namespace",
    service("namespace"),
    "kube-system",
    'twinstack:service.namespace is "kube-system": write at most 63 of a-z, 0-9 and -, not default and not kube-…, e.g. twinstack',
  ],
  [
    "a namespace in capitals",
    service("namespace"),
    "Twinstack",
    'twinstack:service.namespace is "Twinstack": write at most 63 of a-z, 0-9 and -, not default and not kube-…, e.g. twinstack',
  ],
  [
    "a privileged port",
    service("apiPort"),
    80,
    "twinstack:service.apiPort is 80: write a whole number from 1024 to 65535 (port of the API; below 1024 needs a privilege)",
  ],
  [
    "one port for two",
    service("metricsPort"),
    8080,
    "twinstack:service.metricsPort is 8080: write another port than apiPort, which is 8080",
  ],
  [
    "min above max",
    service("replicas", "min"),
    7,
    "twinstack:service.replicas.min is 7: write at most replicas.max, which is 6",
  ],
  [
    "no pods",
    service("replicas", "min"),
    0,
    "twinstack:service.replicas.min is 0: write a whole number from 1 to 1000 (fewest pods of the colour that serves)",
  ],
  [
    "a CPU target of a whole CPU",
    service("replicas", "cpuPercent"),
    100,
    "twinstack:service.replicas.cpuPercent is 100: write a whole number from 10 to 95 (CPU use, in percent of the request, that more pods aim for)",
  ],
  [
    "more CPU asked for than allowed",
    service("resources", "cpuRequestMillis"),
    2000,
    "twinstack:service.resources.cpuRequestMillis is 2000: write at most cpuLimitMillis, which is 1000",
  ],
  [
    "keep-alive as long as the balancer's",
    service("keepAliveTimeoutSeconds"),
    60,
    "twinstack:service.keepAliveTimeoutSeconds is 60: write more than twinstack:edge.idleTimeoutSeconds, which is 60",
  ],
  [
    "preStop as long as the grace period",
    service("shutdown", "preStopSeconds"),
    60,
    "twinstack:service.shutdown.preStopSeconds is 60: write less than gracePeriodSeconds, which is 60",
  ],
  [
    "a kill before the drain is over",
    service("shutdown", "gracePeriodSeconds"),
    45,
    "twinstack:service.shutdown.gracePeriodSeconds is 45: write more than preStopSeconds, drainSeconds and finishSeconds together, which are 45",
  ],
  [
    "a drain shorter than deregistration",
    service("shutdown", "drainSeconds"),
    5,
    "twinstack:service.shutdown.drainSeconds is 5: write at least 15: with preStopSeconds it must last through twinstack:edge.deregistrationDelaySeconds, which is 30",
  ],
]);
