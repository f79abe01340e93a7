import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { assetsArgs, assetsHash } from "./assets.ts";
import { configMapArgs, settingsHash, appSettings } from "./config-map.ts";
import { deploymentArgs } from "./deployment.ts";
import { migrationArgs, migrationHash } from "./migration.ts";
import { objectLabels, objectName, selectorLabels, type ReleaseOptions } from "./options.ts";
import type { PodReferences } from "./pod.ts";
import { autoscalerArgs, disruptionBudgetArgs } from "./scaling.ts";
import { secretArgs, secretHash } from "./secret.ts";
import { targetGroupBindingArgs } from "./target-group-binding.ts";
import { trustArgs, trustHash } from "./trust.ts";
import { workerArgs } from "./worker.ts";

export interface ReleaseArgs extends ReleaseOptions {
  /** The colour's target group. */
  readonly targetGroupArn: pulumi.Input<string>;
  /** Workers when the colour is first made; from then on the rollout decides. */
  readonly workers: number;
  /** The cluster to release to. */
  readonly provider: kubernetes.Provider;
}

/**
 * One colour's release: schema and assets first, then pods. Its Service and binding are there before its pods: so each pod gets
 * the load balancer's readiness gate, and counts only when the load balancer finds it healthy.
 *
 * Cost: between `replicas.min` and `replicas.max` pods' share of nodes, and a worker's, while the colour serves; none
 * while it is idle at 0.
 */
export class Release extends pulumi.ComponentResource {
  /** The image that runs, known once its pods are available. */
  readonly image: pulumi.Output<string>;
  /** Name of the Deployment, known once its pods are available. */
  readonly deployment: pulumi.Output<string>;
  readonly service: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:service:Release", name, {}, opts);
    const within = { parent: this, provider: args.provider };

    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      serviceAccountArgs(args),
      within,
    );
    // The hash is in the resources' names too: the new ones are made first, and the old ones go last.
    const config = new kubernetes.core.v1.ConfigMap(
      `${name}-config-${settingsHash(appSettings(args))}`,
      configMapArgs(args),
      within,
    );
    const secret = new kubernetes.core.v1.Secret(
      `${name}-secret-${secretHash(args)}`,
      secretArgs(args),
      within,
    );
    const trust = new kubernetes.core.v1.ConfigMap(
      `${name}-trust-${trustHash(args)}`,
      trustArgs(args),
      within,
    );
    const references = {
      configMapName: config.metadata.name,
      secretName: secret.metadata.name,
      trustName: trust.metadata.name,
      serviceAccountName: account.metadata.name,
    };
    const migration = new kubernetes.batch.v1.Job(
      `${name}-migration-${migrationHash(args)}`,
      migrationArgs(args, references),
      within,
    );
    const assets = createAssetsJob(name, args, references, within);
    const service = new kubernetes.core.v1.Service(`${name}-service`, serviceArgs(args), within);
    const binding = new kubernetes.apiextensions.CustomResource(
      `${name}-binding`,
      targetGroupBindingArgs(args, args.targetGroupArn),
      { ...within, dependsOn: service },
    );
    const budget = new kubernetes.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      disruptionBudgetArgs(args),
      within,
    );
    const deployment = new kubernetes.apps.v1.Deployment(
      `${name}-deployment`,
      deploymentArgs(args, references),
      // The autoscaler and the rollout write the replicas from here on.
      { ...within, dependsOn: [binding, budget, migration, ...assets], ignoreChanges: ["spec.replicas"] },
    );
    new kubernetes.apps.v1.Deployment(`${name}-worker`, workerArgs(args, args.workers, references), {
      ...within,
      dependsOn: migration,
      ignoreChanges: ["spec.replicas"],
    });
    new kubernetes.autoscaling.v2.HorizontalPodAutoscaler(`${name}-autoscaler`, autoscalerArgs(args), {
      ...within,
      dependsOn: deployment,
    });

    this.image = deployment.id.apply(() => args.image);
    this.deployment = deployment.metadata.name;
    this.service = service.metadata.name;
    this.registerOutputs({ image: this.image, deployment: this.deployment, service: this.service });
  }
}

/** None where the CDN asks the pods for the assets. */
function createAssetsJob(
  name: string,
  args: ReleaseArgs,
  references: PodReferences,
  within: pulumi.CustomResourceOptions,
): kubernetes.batch.v1.Job[] {
  const { assets } = args;
  if (assets === undefined) return [];
  const child = `${name}-assets-${assetsHash(args, assets)}`;
  return [new kubernetes.batch.v1.Job(child, assetsArgs(args, assets, references), within)];
}

/** The pods ask the Kubernetes API for nothing, so they carry no token. */
export function serviceAccountArgs(options: ReleaseOptions): kubernetes.core.v1.ServiceAccountArgs {
  return {
    metadata: { name: objectName(options), namespace: options.namespace, labels: objectLabels(options) },
    automountServiceAccountToken: false,
  };
}

/** What the binding follows; the load balancer itself speaks to the pods. Kubernetes must not wait for
 * endpoints here: the pods come after the Service. */
export function serviceArgs(options: ReleaseOptions): kubernetes.core.v1.ServiceArgs {
  return {
    metadata: {
      name: objectName(options),
      namespace: options.namespace,
      labels: objectLabels(options),
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    spec: {
      type: "ClusterIP",
      selector: selectorLabels(options),
      ports: [{ name: "http", port: options.apiPort, targetPort: "http", protocol: "TCP" }],
    },
  };
}
