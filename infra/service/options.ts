import type { Colour } from "./colour.ts";

/** Where something listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** What the app keeps its data in; the platform makes it. */
export interface DataOptions {
  readonly databaseName: string;
  /** The pooler before the primary: every write of the app. */
  readonly writer: Endpoint;
  /** The primary itself: migrations, which hold locks and settings of a session. */
  readonly primary: Endpoint;
  /** Read replicas; with none the app reads from the writer. */
  readonly readers: readonly Endpoint[];
  /** Connections that each pod keeps to the writer, and to each reader. */
  readonly poolSize: number;
  readonly cache: Endpoint;
  readonly queue: Endpoint;
}

/** Secret values, as files in the pods. */
export interface SecretOptions {
  readonly databaseAdminUser: string;
  readonly databaseAdminPassword: string;
  readonly databaseReadWritePassword: string;
  readonly databaseReadOnlyPassword: string;
  readonly cacheAuthToken: string;
  readonly queueAuthToken: string;
}

/** Where a release's hashed assets go. */
export interface AssetsOptions {
  /** By name. */
  readonly bucket: string;
  /** The bucket's. */
  readonly region: string;
  /** Service account whose pods may add to it; the stack of the cluster makes it. */
  readonly serviceAccount: string;
}

/** What a colour's release is made of. All plain values: the ConfigMap's name is a hash of some of them. */
export interface ReleaseOptions {
  readonly colour: Colour;
  /** Image by digest, `<registry>/<repository>@sha256:<64 hex>`. */
  readonly image: string;
  /** Kubernetes namespace; the stack of the cluster makes it. */
  readonly namespace: string;
  /** What viewers speak to the page: cookies are for https alone where it is that. */
  readonly publicProtocol: "http" | "https";
  /** Port of the API and the health checks. */
  readonly apiPort: number;
  /** Port of `/metrics`; no Service leads there. */
  readonly metricsPort: number;
  /** `min` pods are made with the colour; then the autoscaler and the rollout alone decide. */
  readonly replicas: {
    readonly min: number;
    readonly max: number;
    readonly cpuPercent: number;
    /** Seconds of lower use before pods are taken away; Kubernetes' own default is 300. */
    readonly scaleDownSeconds: number;
  };
  readonly resources: {
    /** Thousandths of a CPU. */
    readonly cpuRequestMillis: number;
    readonly cpuLimitMillis: number;
    /** MiB; request and limit are the same, so that a pod is never over what its node counted on. */
    readonly memoryMiB: number;
  };
  /** Seconds an idle connection is kept; above the load balancer's idle timeout. */
  readonly keepAliveTimeoutSeconds: number;
  readonly shutdown: {
    /** Seconds between the pod's removal as a target and SIGTERM. */
    readonly preStopSeconds: number;
    /** Seconds after SIGTERM in which the listener stays open. */
    readonly drainSeconds: number;
    /** Seconds requests in flight may take after that. */
    readonly finishSeconds: number;
    /** Seconds until the pod is killed; above the three together. */
    readonly gracePeriodSeconds: number;
  };
  readonly data: DataOptions;
  readonly secrets: SecretOptions;
  /** Undefined: the CDN asks the pods for the assets. */
  readonly assets?: AssetsOptions | undefined;
  /** PEM certificates that the pods trust besides Node's own list: who signed the databases' certificates. */
  readonly certificateAuthorities: string;
}

/** Objects of the API are called after it and the colour: `api-blue`. */
export function objectName({ colour }: Pick<ReleaseOptions, "colour">): string {
  return `api-${colour}`;
}

/** What the Service, the budget and the spread choose pods by. Never changes: a Deployment's selector cannot. */
export function selectorLabels({ colour }: Pick<ReleaseOptions, "colour">): Record<string, string> {
  return { "app.kubernetes.io/name": "api", "app.kubernetes.io/instance": colour };
}

export function objectLabels(options: Pick<ReleaseOptions, "colour">): Record<string, string> {
  return {
    ...selectorLabels(options),
    "app.kubernetes.io/part-of": "twinstack",
    "app.kubernetes.io/managed-by": "pulumi",
  };
}
