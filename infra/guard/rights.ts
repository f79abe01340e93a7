import type * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { COLOURS } from "../service/colour.ts";
import { objectName } from "../service/options.ts";
import { workerName } from "../service/worker.ts";

/** Name of the guard's service account. The platform's pod identity association names it before it exists. */
export const GUARD_ACCOUNT = "twinstack-guard";

/** The Lease that the guard's replicas elect one of them by. */
export const GUARD_LEASE = "twinstack-guard";

/** The ConfigMap that a rollout is written in, as `rollout/` names it. */
export const ROLLOUT_RECORD = "twinstack-rollout";

/** What every object of the guard carries besides. */
export const guardLabels: Readonly<Record<string, string>> = {
  "app.kubernetes.io/name": "guard",
  "app.kubernetes.io/part-of": "twinstack",
  "app.kubernetes.io/managed-by": "pulumi",
};

type Namespace = pulumi.Input<string>;
type PolicyRule = kubernetes.types.input.rbac.v1.PolicyRule;

/** Name, namespace and labels of one of the guard's objects. */
export const guardMetadata = (name: pulumi.Input<string>, namespace: Namespace) => ({
  name,
  namespace,
  labels: guardLabels,
});

/** No pod carries its token by being there: the guard's pods ask for it themselves. */
export function guardAccountArgs(namespace: Namespace): kubernetes.core.v1.ServiceAccountArgs {
  return { metadata: guardMetadata(GUARD_ACCOUNT, namespace), automountServiceAccountToken: false };
}

/** In the releases' namespace alone; the guard has no right on anything of the whole cluster. */
export function guardRoleArgs(namespace: Namespace): kubernetes.rbac.v1.RoleArgs {
  return { metadata: guardMetadata(GUARD_ACCOUNT, namespace), rules: guardRules() };
}

/** Both in the same namespace, by name. */
export function guardBindingArgs(
  namespace: Namespace,
  account: pulumi.Input<string>,
  role: pulumi.Input<string>,
): kubernetes.rbac.v1.RoleBindingArgs {
  return {
    metadata: guardMetadata(GUARD_ACCOUNT, namespace),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role },
    subjects: [{ kind: "ServiceAccount", name: account, namespace }],
  };
}

/** It reads the record and the pods, and writes the record, the number of pods and the fewest of them. */
function guardRules(): PolicyRule[] {
  const apis = COLOURS.map((colour) => objectName({ colour }));
  const workers = COLOURS.map((colour) => workerName({ colour }));
  return [
    rule("", "configmaps", ["get", "update"], [ROLLOUT_RECORD]),
    rule("coordination.k8s.io", "leases", ["get", "update"], [GUARD_LEASE]),
    // A request to create has no name yet: https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
    rule("coordination.k8s.io", "leases", ["create"]),
    rule("", "pods", ["get", "list"]),
    rule("apps", "deployments/scale", ["get", "patch"], [...apis, ...workers]),
    rule("autoscaling", "horizontalpodautoscalers", ["get", "patch"], apis),
  ];
}

function rule(group: string, resource: string, verbs: string[], resourceNames?: string[]): PolicyRule {
  return {
    apiGroups: [group],
    resources: [resource],
    verbs,
    ...(resourceNames === undefined ? {} : { resourceNames }),
  };
}
