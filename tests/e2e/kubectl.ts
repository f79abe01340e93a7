import { toolPath } from "../../local/toolchain/tool.ts";
import { run } from "../../local/toolchain/run.ts";

/** Runs kubectl as a user would with the kubeconfig of `make output`. */
export async function kubectl(kubeconfig: string, ...args: readonly string[]): Promise<string> {
  return run(toolPath("kubectl"), ["--kubeconfig", kubeconfig, ...args]);
}

interface Item {
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

export const isTrue = (item: Item, type: string): boolean =>
  (item.status.conditions ?? []).some((condition) => condition.type === type && condition.status === "True");
