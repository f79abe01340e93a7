import { join } from "node:path";
import { stateDir } from "../../local/paths.ts";
import { toolPath } from "../../local/toolchain/tool.ts";
import { run } from "../../local/toolchain/run.ts";

/** Runs kubectl with the kubeconfig of `make output`. What it keeps of the API server goes with the stack. */
export async function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  return run(toolPath("kubectl"), [
    "--kubeconfig",
    kubeconfig,
    "--cache-dir",
    join(stateDir(), "kubectl"),
    ...args,
  ]);
}

/** What of an object the tests look at. */
export interface Item {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly nodeName?: string;
    readonly readinessGates?: readonly { readonly conditionType: string }[];
  };
  readonly status: {
    readonly phase?: string;
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  };
}

/** The objects a `kubectl get` lists. */
export async function list(kubeconfig: string, ...args: readonly string[]): Promise<readonly Item[]> {
  const text = await kubectl(kubeconfig, "get", ...args, "-o", "json");
  return (JSON.parse(text) as { items: readonly Item[] }).items;
}

/** The pods of one of the app's programs, of both colours. */
export const podsOf = (kubeconfig: string, program: string): Promise<readonly Item[]> =>
  list(kubeconfig, "pods", "--namespace", "twinstack", "--selector", `app.kubernetes.io/name=${program}`);

export const isTrue = (item: Item, type: string): boolean =>
  (item.status.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");
