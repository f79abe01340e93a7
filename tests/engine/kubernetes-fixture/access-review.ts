import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ControlPlane } from "./control-plane.ts";

/**
 * Which of these the API server's own authorization lets a service account do in a namespace. An access is
 * `<verb> <group>/<resource>[/<subresource>] [<name>]`, e.g. `get apps/deployments/scale api-blue`; the core group is empty:
 * `get /pods`.
 */
export function allowedOf(
  plane: ControlPlane,
  account: { readonly namespace: string; readonly name: string },
  accesses: readonly string[],
  namespace = account.namespace,
): readonly string[] {
  const items = accesses.map((access) => {
    const [verb, what = "", name] = access.split(" ");
    const [group, resource, subresource] = what.split("/");
    return {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SubjectAccessReview",
      spec: {
        user: `system:serviceaccount:${account.namespace}:${account.name}`,
        groups: [
          "system:serviceaccounts",
          `system:serviceaccounts:${account.namespace}`,
          "system:authenticated",
        ],
        resourceAttributes: { namespace, verb, group, resource, subresource, name },
      },
    };
  });
  const file = join(plane.dir, "access-reviews.json");
  writeFileSync(file, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  const answers = plane
    .kubectl("create", "-f", file, "-o", 'jsonpath={.status.allowed}{"\\n"}')
    .trim()
    .split("\n");
  if (answers.length !== accesses.length)
    throw new Error(`${accesses.length} reviews, ${answers.length} answers`);
  return accesses.filter((_access, index) => answers[index] === "true");
}
