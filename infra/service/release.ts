import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { configMapArgs, settingsHash, appSettings } from "./config-map.ts";
import { deploymentArgs } from "./deployment.ts";
import { objectLabels, objectName, selectorLabels, type ReleaseOptions } from "./options.ts";
import { autoscalerArgs, disruptionBudgetArgs } from "./scaling.ts";
import { targetGroupBindingArgs } from "./target-group-binding.ts";

export interface ReleaseArgs extends ReleaseOptions {
  /** The colour's target group. */
  readonly targetGroupArn: pulumi.Input<string>;
  /** The cluster to release to. */
  readonly provider: kubernetes.Provider;
}

/**
 * One colour's release. Its Service and binding are there before its pods: so each pod gets the load
 * balancer's readiness gate, and counts only when the load balancer finds it healthy.
 *
 * Cost: between `replicas.min` and `replicas.max` pods' share of nodes while the colour serves, none while
 * it is idle at 0.
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
    // The hash is in the resource's name too: the new map is made first, and the old one goes last.
    const config = new kubernetes.core.v1.ConfigMap(
      `${name}-config-${settingsHash(appSettings(args))}`,
      configMapArgs(args),
      within,
    );
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
      deploymentArgs(args, config.metadata.name, account.metadata.name),
      // The autoscaler and the rollout write the replicas from here on.
      { ...within, dependsOn: [binding, budget], ignoreChanges: ["spec.replicas"] },
    );
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
