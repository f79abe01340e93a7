import { UNKNOWN, type DiffResult, type Failure, type Value, type Values } from "../provider/provider.ts";

/** The provider's settings, as `new kubernetes.Provider(…)` takes them. */
export interface Settings {
  /** A kubeconfig's content or the path of one. */
  readonly kubeconfig: string;
  /** Default: the kubeconfig's current context. */
  readonly context: string | undefined;
  /** Wins over the context's cluster. */
  readonly cluster: string | undefined;
  /** Default: the context's namespace, or `default`. */
  readonly namespace: string | undefined;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
  readonly enablePatchForce: boolean;
  readonly upsertExistingObjects: boolean;
}

const TEXTS = ["kubeconfig", "context", "cluster", "namespace", "clusterIdentifier"] as const;
const SWITCHES = [
  "enableServerSideApply",
  "enableConfigMapMutable",
  "enableSecretMutable",
  "enablePatchForce",
  "upsertExistingObjects",
  "suppressDeprecationWarnings",
  "suppressHelmHookWarnings",
] as const;
/** Set by the engine and the SDK, not by a program's choice. */
const IGNORED: ReadonlySet<string> = new Set(["version", "pluginDownloadURL"]);

/** Everything wrong with a provider's configuration. Unknown values pass: they are checked when they are known. */
export function checkSettings(config: Values): readonly Failure[] {
  const failures: Failure[] = [];
  const known: ReadonlySet<string> = new Set([...TEXTS, ...SWITCHES]);
  for (const key of Object.keys(config)) {
    if (!known.has(key) && !IGNORED.has(key) && config[key] !== null) {
      failures.push({
        property: key,
        reason: `is not modelled by the Kubernetes stand-in: leave it out, or use one of ${[...known].join(", ")}`,
      });
    }
  }
  for (const key of TEXTS) {
    const value = config[key];
    if (isGiven(value) && typeof value !== "string") {
      failures.push({ property: key, reason: `is ${typeof value}: write a string` });
    }
  }
  for (const key of SWITCHES) {
    const value = config[key];
    if (isGiven(value) && readSwitch(value) === undefined) {
      failures.push({ property: key, reason: `is ${JSON.stringify(value)}: write true or false` });
    }
  }
  if (readSwitch(config["enableServerSideApply"]) === false) {
    failures.push({
      property: "enableServerSideApply",
      reason: "is false: the stand-in writes by server-side apply alone; leave it out or write true",
    });
  }
  if (!isGiven(config["kubeconfig"]) && config["kubeconfig"] !== UNKNOWN) {
    failures.push({
      property: "kubeconfig",
      reason: "is missing: pass the kubeconfig of the program's own cluster (no ambient one is used)",
    });
  }
  return failures;
}

/** Configuration that `checkSettings` found nothing wrong with. */
export function readSettings(config: Values): Settings {
  const text = (key: (typeof TEXTS)[number]): string | undefined => {
    const value = config[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const flag = (key: (typeof SWITCHES)[number]): boolean => readSwitch(config[key]) ?? false;
  return {
    kubeconfig: text("kubeconfig") ?? "",
    context: text("context"),
    cluster: text("cluster"),
    namespace: text("namespace"),
    enableConfigMapMutable: flag("enableConfigMapMutable"),
    enableSecretMutable: flag("enableSecretMutable"),
    enablePatchForce: flag("enablePatchForce"),
    upsertExistingObjects: flag("upsertExistingObjects"),
  };
}

/**
 * Changed configuration that replaces the provider and all its resources: another cluster. With a
 * `clusterIdentifier` only that counts, otherwise the server the kubeconfigs name, as in the official provider.
 */
export function diffSettings(
  olds: Values,
  news: Values,
  servers: { readonly old: string | undefined; readonly new: string | undefined },
): DiffResult {
  const changed = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (key) => !IGNORED.has(key) && JSON.stringify(known(olds[key])) !== JSON.stringify(known(news[key])),
  );
  const identified = isGiven(olds["clusterIdentifier"]) || isGiven(news["clusterIdentifier"]);
  const replacing = identified
    ? changed.filter((key) => key === "clusterIdentifier")
    : changed.filter((key) => key === "kubeconfig" && servers.old !== servers.new);
  return {
    detailed: Object.fromEntries(
      changed.map((key) => [
        key,
        replacing.includes(key) ? ("update-replace" as const) : ("update" as const),
      ]),
    ),
  };
}

function known(value: Value | undefined): unknown {
  return value === UNKNOWN ? "(unknown)" : value;
}

function isGiven(value: Value | undefined): boolean {
  return value !== undefined && value !== null && value !== UNKNOWN;
}

/** Provider configuration crosses the engine as strings. */
function readSwitch(value: Value | undefined): boolean | undefined {
  if (value === true || value === "true") {
    return true;
  }
  return value === false || value === "false" ? false : undefined;
}
