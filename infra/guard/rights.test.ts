import { LEASE_NAME } from "../../rollout/guard/lease.ts";
import { RECORD_NAME } from "../../rollout/record.ts";
import { makeGuard } from "./testing.ts";

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role guard-rights";
const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding guard-rights";
const APIS = ["api-blue", "api-green"];

async function rules(): Promise<readonly Rule[]> {
  const { children } = await makeGuard();
  return children[ROLE]?.inputs["rules"] as readonly Rule[];
}

it("has the rights of its work in the releases' namespace, by name wherever a name can be given", async () => {
  const rule = (group: string, resource: string, verbs: string[], resourceNames?: readonly string[]) => ({
    apiGroups: [group],
    resources: [resource],
    verbs,
    ...(resourceNames ? { resourceNames } : {}),
  });
  expect(await rules()).toEqual([
    rule("", "configmaps", ["get", "update"], [RECORD_NAME]),
    rule("coordination.k8s.io", "leases", ["get", "update"], [LEASE_NAME]),
    rule("coordination.k8s.io", "leases", ["create"]),
    rule("", "pods", ["get", "list"]),
    rule("apps", "deployments/scale", ["get", "patch"], [...APIS, "worker-blue", "worker-green"]),
    rule("autoscaling", "horizontalpodautoscalers", ["get", "patch"], APIS),
  ]);
});

it("deletes nothing, reads no Secret, changes no pod and no Deployment, and has no right by a pattern", async () => {
  const all = await rules();
  const values = all.flatMap(({ apiGroups, resources, resourceNames = [], verbs }) => [
    ...apiGroups,
    ...resources,
    ...resourceNames,
    ...verbs,
  ]);
  expect(values.filter((each) => each.includes("*"))).toEqual([]);
  const rights = all.flatMap(({ resources, verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
  expect(
    rights.filter((each) => /^(delete|deletecollection|impersonate|bind|escalate) | secrets/.test(each)),
  ).toEqual([]);
  expect(rights.filter((each) => / (pods|deployments)(?!\/scale)/.test(each))).toEqual([
    "get pods",
    "list pods",
  ]);
  // Without a name: to create, and to read pods.
  const unnamed = all.filter(({ resourceNames }) => resourceNames === undefined);
  expect(unnamed.flatMap(({ verbs }) => verbs).sort()).toEqual(["create", "get", "list"]);
});

it("gives them to its own service account alone", async () => {
  const { children } = await makeGuard();
  const { roleRef, subjects } = children[BINDING]?.inputs ?? {};
  expect(roleRef).toEqual({
    apiGroup: "rbac.authorization.k8s.io",
    kind: "Role",
    name: "twinstack-guard",
  });
  expect(subjects).toEqual([{ kind: "ServiceAccount", name: "twinstack-guard", namespace: "quiz" }]);
  expect(Object.keys(children).filter((key) => /ClusterRole/.test(key))).toEqual([]);
});
