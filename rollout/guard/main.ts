/** The guard: a controller inside the cluster that alone moves the load balancer's weights. docs/guides/releases.md */
import { setTimeout as delay } from "node:timers/promises";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  AppsV1Api,
  AutoscalingV2Api,
  CoordinationV1Api,
  CoreV1Api,
  KubeConfig,
} from "@kubernetes/client-node";
import { ConfigMapStore } from "../config-map-store.ts";
import { KubernetesPods } from "../kubernetes-pods.ts";
import { Elbv2Traffic } from "../traffic.ts";
import { Guard } from "./guard.ts";
import { Health } from "./health.ts";
import { boundedApis } from "./kubernetes-apis.ts";
import { KubernetesLease } from "./kubernetes-lease.ts";
import { Lease, RETRY_MS } from "./lease.ts";
import { withoutRepeats } from "./log.ts";
import { readSettings } from "./settings.ts";
import { podMetrics } from "./signals.ts";

/** A call that takes longer has failed: the lease must not run out in the middle of one. */
const CALL_MS = 3_000;

const settings = readSettings(process.env);
const now = (): number => performance.now();
const log = withoutRepeats((level, message) => {
  const line = { time: new Date().toISOString(), level, guard: settings.POD_NAME, message };
  process.stdout.write(`${JSON.stringify(line)}\n`);
}, now);

const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
process.once("SIGINT", () => stop.abort());
const pause = (milliseconds: number): Promise<void> =>
  delay(milliseconds, undefined, { signal: stop.signal });

const cluster = new KubeConfig();
cluster.loadFromCluster();
const api = boundedApis(cluster, CALL_MS);
const core = api(CoreV1Api);
const apps = api(AppsV1Api);
const autoscaling = api(AutoscalingV2Api);
const lease = new Lease(new KubernetesLease(api(CoordinationV1Api), settings.NAMESPACE), settings.POD_NAME);
const traffic = new Elbv2Traffic(
  new ElasticLoadBalancingV2Client({
    region: settings.AWS_REGION,
    // The next look asks again.
    maxAttempts: 1,
    // Else a call that takes longer is only warned of.
    requestHandler: { connectionTimeout: CALL_MS, requestTimeout: CALL_MS, throwOnRequestTimeout: true },
  }),
  {
    ruleArn: settings.RULE_ARN,
    targetGroups: { blue: settings.TARGET_GROUP_BLUE, green: settings.TARGET_GROUP_GREEN },
  },
);
const health = new Health();
const server = health.listen(settings.HEALTH_PORT);

/** Until the load balancer's API answers once: the role may be newer than the pod. */
async function untilReady(): Promise<void> {
  while (!stop.signal.aborted) {
    try {
      await traffic.weights();
      health.isReady();
      return;
    } catch (error) {
      log("error", `the traffic rule cannot be read yet: ${(error as Error).message}`);
    }
    health.beat();
    await pause(1000).catch(() => undefined);
  }
}

async function elect(): Promise<void> {
  let led = false;
  while (!stop.signal.aborted) {
    try {
      await lease.attempt();
    } catch (error) {
      log("error", `the lease cannot be renewed: ${(error as Error).message}`);
    }
    if (lease.isMine !== led) log("info", lease.isMine ? "leads" : "does not lead any more");
    led = lease.isMine;
    await pause(RETRY_MS).catch(() => undefined);
  }
}

await untilReady();
const guard = new Guard({
  name: settings.POD_NAME,
  records: new ConfigMapStore(core, settings.NAMESPACE),
  pods: new KubernetesPods({ apps, core, autoscaling }, settings.NAMESPACE),
  traffic,
  metrics: podMetrics(settings.METRICS_PORT),
  now,
  log,
  mayAct: () => lease.isMine,
  // A bake may take an hour: each look in it is a sign of life too.
  pause: (milliseconds) => {
    health.beat();
    return pause(milliseconds);
  },
});
await Promise.all([elect(), guard.run(stop.signal, () => health.beat())]);
await lease
  .giveUp()
  .catch((error: unknown) => log("error", `the lease was not given up: ${(error as Error).message}`));
server.close();
