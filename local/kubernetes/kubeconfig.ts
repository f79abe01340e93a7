import { readFileSync } from "node:fs";
import { ProviderError } from "../provider/provider.ts";
import { isObject, listAt, objectAt, textAt } from "./json.ts";
import type { Json } from "../region/protocol.ts";

export interface Target {
  /** e.g. `https://ABC.gr7.eu-central-1.eks.amazonaws.com`. */
  readonly server: string;
  /** The context's namespace. */
  readonly namespace: string | undefined;
}

export interface KubeconfigChoice {
  /** The content of a kubeconfig, as JSON or YAML, or the path of one. */
  readonly kubeconfig: string;
  readonly context?: string | undefined;
  readonly cluster?: string | undefined;
}

/** The cluster a kubeconfig leads to. Its credentials are not looked at: the region gives those of its own cluster. */
export async function readTarget(choice: KubeconfigChoice): Promise<Target> {
  const config = await parse(contentOf(choice.kubeconfig));
  const contextName = choice.context ?? textAt(config, "current-context");
  const context = named(config, "contexts", contextName);
  if (choice.context !== undefined && context === undefined) {
    throw refused(`has no context "${choice.context}": write one of ${names(config, "contexts")}`);
  }
  const clusterName = choice.cluster ?? textAt(context, "context", "cluster");
  const server = textAt(named(config, "clusters", clusterName), "cluster", "server");
  if (server === undefined) {
    throw refused(
      clusterName === undefined
        ? `names no cluster: give it a current-context, or set the provider's context`
        : `has no cluster "${clusterName}" with a server: write one of ${names(config, "clusters")}`,
    );
  }
  return { server, namespace: textAt(context, "context", "namespace") };
}

function named(config: Json, list: string, name: string | undefined): Json | undefined {
  return listAt(config, list).find((each) => name !== undefined && textAt(each, "name") === name);
}

function names(config: Json, list: string): string {
  return listAt(config, list)
    .map((each) => textAt(each, "name") ?? "")
    .join(", ");
}

/** A path has no line break and no brace; a kubeconfig's content has one of them. */
function contentOf(kubeconfig: string): string {
  if (/[\n{]/.test(kubeconfig)) {
    return kubeconfig;
  }
  try {
    return readFileSync(kubeconfig, "utf8");
  } catch (error) {
    throw refused(
      `is neither a kubeconfig nor the path of one: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

async function parse(content: string): Promise<Json> {
  let parsed: unknown;
  try {
    parsed = content.trimStart().startsWith("{") ? JSON.parse(content) : await parseYaml(content);
  } catch (error) {
    // The parsers' own messages quote what they read, credentials included.
    const line = /\((\d+):\d+\)/.exec(error instanceof Error ? error.message : "")?.[1];
    throw refused(`cannot be read${line === undefined ? "" : ` (line ${line})`}: write it as YAML or JSON`);
  }
  if (!isObject(parsed)) {
    throw refused("is not a kubeconfig: write an object with clusters, contexts and current-context");
  }
  return objectAt(parsed);
}

/** Loaded when it is needed alone: it takes 0.7 s, and programs write JSON. */
async function parseYaml(content: string): Promise<unknown> {
  const { loadYaml } = await import("@kubernetes/client-node");
  return loadYaml(content);
}

function refused(reason: string): ProviderError {
  return new ProviderError("INVALID_ARGUMENT", `kubernetes:kubeconfig ${reason}`);
}
