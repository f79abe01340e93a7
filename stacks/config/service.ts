import type { z } from "zod";
import { section, text, whole } from "./fields.ts";

const port = (what: string): z.ZodInt => whole(1024, 65535, `${what}; below 1024 needs a privilege`);

export const serviceSchema = section({
  namespace: text(
    /^(?!kube-|default$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "write at most 63 of a-z, 0-9 and -, not default and not kube-…, e.g. twinstack",
  ),
  apiPort: port("port of the API"),
  metricsPort: port("port of the metrics"),
  replicas: section({
    min: whole(1, 1000, "fewest pods of the colour that serves"),
    max: whole(1, 1000, "most pods of a colour"),
    cpuPercent: whole(10, 95, "CPU use, in percent of the request, that more pods aim for"),
    scaleDownSeconds: whole(0, 3600, "seconds of lower use before pods are taken away"),
  }),
  resources: section({
    cpuRequestMillis: whole(10, 64000, "thousandths of a CPU a pod is sure of"),
    cpuLimitMillis: whole(10, 64000, "thousandths of a CPU a pod may use"),
    memoryMiB: whole(32, 262144, "MiB a pod is sure of, and may not exceed"),
  }),
  keepAliveTimeoutSeconds: whole(1, 3600, "seconds the pods keep an idle connection"),
  shutdown: section({
    preStopSeconds: whole(1, 300, "seconds between a pod's removal as a target and its SIGTERM"),
    drainSeconds: whole(1, 3600, "seconds after SIGTERM in which requests are still served"),
    finishSeconds: whole(1, 3600, "seconds that requests in flight may take after the drain"),
    gracePeriodSeconds: whole(1, 7500, "seconds until a pod is killed"),
  }),
});

export type ServiceConfig = z.infer<typeof serviceSchema>;
