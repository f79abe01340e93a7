import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { trustData } from "../service/mounts.ts";
import { trustHash } from "../service/trust.ts";
import { GUARD_DEPLOYMENT, guardBudgetArgs, guardDeploymentArgs, type GuardOptions } from "./deployment.ts";
import { guardAccountArgs, guardBindingArgs, guardLabels, guardMetadata, guardRoleArgs } from "./rights.ts";

export interface GuardArgs extends GuardOptions {
  /** PEM certificates that the pods trust besides Node's own list. */
  readonly certificateAuthorities: string;
  /** The cluster to make it in. */
  readonly provider: kubernetes.Provider;
}

/** Name of the guard's PriorityClass, which is the whole cluster's. */
const PRIORITY_CLASS = "twinstack-guard";

/**
 * The guard: two pods inside the cluster, of which one moves the load balancer's weights during a rollout and takes them
 * back when the new colour is sick. It outlives releases, so the stack of the cluster makes it. Its pods get their role in
 * AWS from {@link GuardIdentity}, which must be there before them.
 *
 * Cost: two small pods' share of nodes (0.025 processors and 160 MiB each).
 */
export class Guard extends pulumi.ComponentResource {
  /** Name of the Deployment, known once its pods are available. */
  readonly deployment: pulumi.Output<string>;
  /** The image that runs, known once its pods are available. */
  readonly image: pulumi.Output<string>;

  constructor(name: string, args: GuardArgs, opts?: pulumi.ComponentResourceOptions) {
    super("twinstack:guard:Guard", name, {}, opts);
    const within = { parent: this, provider: args.provider };
    const { namespace } = args;

    const account = new kubernetes.core.v1.ServiceAccount(
      `${name}-account`,
      guardAccountArgs(namespace),
      within,
    );
    const role = new kubernetes.rbac.v1.Role(`${name}-rights`, guardRoleArgs(namespace), within);
    const binding = new kubernetes.rbac.v1.RoleBinding(
      `${name}-rights`,
      guardBindingArgs(namespace, account.metadata.name, role.metadata.name),
      within,
    );
    const priority = new kubernetes.scheduling.v1.PriorityClass(`${name}-priority`, priorityArgs(), within);
    const hash = trustHash(args);
    // The hash is in the resource's name too: the new one is made first, and the old one goes last.
    const trust = new kubernetes.core.v1.ConfigMap(
      `${name}-trust-${hash}`,
      {
        metadata: guardMetadata(`${GUARD_DEPLOYMENT}-trust-${hash}`, namespace),
        immutable: true,
        data: trustData(args.certificateAuthorities),
      },
      within,
    );
    const budget = new kubernetes.policy.v1.PodDisruptionBudget(
      `${name}-budget`,
      guardBudgetArgs(namespace),
      within,
    );
    const deployment = new kubernetes.apps.v1.Deployment(
      `${name}-deployment`,
      guardDeploymentArgs(args, {
        serviceAccountName: account.metadata.name,
        priorityClassName: priority.metadata.name,
        trustName: trust.metadata.name,
      }),
      // No pod that may not do its work yet, and none that lost its rights while it is deleted.
      { ...within, dependsOn: [binding, budget] },
    );

    this.deployment = deployment.metadata.name;
    this.image = deployment.id.apply(() => args.image);
    this.registerOutputs({ deployment: this.deployment, image: this.image });
  }
}

/** Above every pod without a class, which has 0: a crowded cluster keeps the guard, and a release's pods wait. */
function priorityArgs(): kubernetes.scheduling.v1.PriorityClassArgs {
  return {
    metadata: { name: PRIORITY_CLASS, labels: guardLabels },
    value: 1_000_000,
    description:
      "The guard, which takes a bad release back. A release's pods wait for it, never the other way.",
  };
}
