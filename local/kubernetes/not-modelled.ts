const WRITE_OBJECTS =
  "write its objects as resources of their own kinds, or their YAML as kubernetes.yaml.ConfigFile";
const RENDER_CHART = `run "helm template" and give its output to kubernetes.yaml.ConfigFile`;
const RENDER_FOLDER = `run "kubectl kustomize" and give its output to kubernetes.yaml.ConfigFile`;

interface Entry {
  /** As a program names it. */
  readonly name: string;
  readonly instead: string;
}

/** Resource types and functions of the official provider, by their tokens. */
const NOT_MODELLED: Readonly<Record<string, Entry>> = {
  "kubernetes:yaml/v2:ConfigFile": {
    name: "kubernetes.yaml.v2.ConfigFile",
    instead: "write kubernetes.yaml.ConfigFile",
  },
  "kubernetes:yaml/v2:ConfigGroup": {
    name: "kubernetes.yaml.v2.ConfigGroup",
    instead: "write kubernetes.yaml.ConfigGroup",
  },
  "kubernetes:helm.sh/v3:Release": { name: "kubernetes.helm.v3.Release", instead: RENDER_CHART },
  "kubernetes:helm.sh/v4:Chart": { name: "kubernetes.helm.v4.Chart", instead: RENDER_CHART },
  "kubernetes:helm:template": { name: "kubernetes.helm.v3.Chart", instead: RENDER_CHART },
  "kubernetes:kustomize/v2:Directory": { name: "kubernetes.kustomize.v2.Directory", instead: RENDER_FOLDER },
  "kubernetes:kustomize:directory": { name: "kubernetes.kustomize.Directory", instead: RENDER_FOLDER },
};

const OTHERS = /^kubernetes:(yaml|kustomize|helm\.sh|helm)(\/|:)/;

/**
 * Why the stand-in has no such resource or function although the official provider does, and what to write instead;
 * undefined for a token that stands for one kind of object.
 */
export function whyNotModelled(token: string): string | undefined {
  const entry = NOT_MODELLED[token];
  if (entry === undefined && !OTHERS.test(token)) {
    return undefined;
  }
  const instead = entry === undefined ? WRITE_OBJECTS : `instead of ${entry.name} ${entry.instead}`;
  return `${token} is not modelled by the Kubernetes stand-in: ${instead}`;
}
