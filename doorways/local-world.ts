import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { AppsV1Api, AutoscalingV2Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { load } from "js-yaml";
import { GUARD_DEPLOYMENT } from "../infra/guard/deployment.ts";
import { keyPair } from "../local/parts/identity/administrator.ts";
import { stateDir } from "../local/paths.ts";
import { callRegion } from "../local/region/client.ts";
import { KubernetesPods } from "../rollout/kubernetes-pods.ts";
import { ProbeTraffic } from "../rollout/probe-traffic.ts";
import { ConfigMapStore } from "../rollout/config-map-store.ts";
import { Elbv2Traffic, type TrafficRule } from "../rollout/traffic.ts";
import { verify } from "../rollout/verify.ts";
import type { World } from "../rollout/world.ts";
import { platformConfig } from "../stacks/config.ts";
import { rawOf } from "../stacks/config/raw.ts";
import { pulumiOutput } from "./pulumi.ts";
import {
  clusterStack,
  configText,
  operate,
  plainOutputs,
  platformStack,
  prepareStack,
  releaseStack,
  stackExists,
} from "./stack.ts";
import { Interrupted, UserError } from "./user-error.ts";

interface Preview {
  readonly header: string;
  readonly blue: string;
  readonly green: string;
}

/** The stack of this machine, as a rollout sees it. Throws a UserError when it is not up. */
export async function localWorld(): Promise<World> {
  const platform = stackExists(platformStack) ? await plainOutputs(platformStack) : {};
  const inside = stackExists(clusterStack) ? await plainOutputs(clusterStack) : {};
  if (platform["loadBalancer"] === undefined || inside["namespace"] === undefined) {
    throw new UserError('nothing is up on this machine: run "make up" first');
  }
  const url = String(platform["url"]);
  const namespace = inside["namespace"] as string;
  const { config } = load(await configText()) as { config: Record<string, unknown> };
  const { rollout, account } = platformConfig(platformStack, rawOf(config));
  const kubernetes = new KubeConfig();
  kubernetes.loadFromFile(join(stateDir(), "kubeconfig"));
  const core = kubernetes.makeApiClient(CoreV1Api);
  const apps = kubernetes.makeApiClient(AppsV1Api);
  const autoscaling = kubernetes.makeApiClient(AutoscalingV2Api);
  const preview = await previewValues();
  const interruption = new AbortController();
  process.once("SIGINT", () => interruption.abort());

  return {
    records: new ConfigMapStore(core, namespace),
    traffic: new Elbv2Traffic(await elbv2(account.region), platform["loadBalancer"] as TrafficRule),
    pods: new KubernetesPods({ apps, core, autoscaling }, namespace),
    config: rollout,
    guardIsReady: async () => {
      const found = await apps.readNamespacedDeploymentStatus({ name: GUARD_DEPLOYMENT, namespace });
      return (found.status?.readyReplicas ?? 0) > 0;
    },
    probes: () => new ProbeTraffic(url),
    verify: (colour, image) => verify({ url, header: preview.header, value: preview[colour] }, colour, image),
    release: async (colour, image) => {
      await prepareStack(releaseStack(colour), image);
      await operate("preview", releaseStack(colour));
      await operate("up", releaseStack(colour), "--refresh");
    },
    pause: async (milliseconds) => {
      try {
        await delay(milliseconds, undefined, { signal: interruption.signal });
      } catch {
        throw new Interrupted("interrupted");
      }
    },
  };
}

/** ELBv2's API of the region, signed as the account's root. */
async function elbv2(region: string): Promise<ElasticLoadBalancingV2Client> {
  const { awsEndpoint } = await callRegion("status", {});
  if (awsEndpoint === null) throw new UserError('the region serves no AWS API: run "make up" again');
  return new ElasticLoadBalancingV2Client({
    region,
    endpoint: awsEndpoint,
    credentials: keyPair({ dataDir: (part) => join(stateDir(), part) }),
    // Else a call that takes longer is only warned of.
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 3_000, throwOnRequestTimeout: true },
  });
}

async function previewValues(): Promise<Preview> {
  const text = await pulumiOutput([
    ...["stack", "output", "preview", "--json", "--show-secrets"],
    ...["--stack", platformStack],
  ]);
  return JSON.parse(text) as Preview;
}
