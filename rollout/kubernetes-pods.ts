import {
  ApiException,
  type AppsV1Api,
  type AutoscalingV2Api,
  type CoreV1Api,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { Colour } from "../infra/service/colour.ts";
import { podState, type Pods, type PodState, type Program } from "./pods.ts";

const MERGE_PATCH = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** Pods of a cluster, by the Kubernetes API. */
export class KubernetesPods implements Pods {
  readonly #apps: AppsV1Api;
  readonly #core: CoreV1Api;
  readonly #autoscaling: AutoscalingV2Api;
  readonly #namespace: string;

  constructor(
    apis: { readonly apps: AppsV1Api; readonly core: CoreV1Api; readonly autoscaling: AutoscalingV2Api },
    namespace: string,
  ) {
    this.#apps = apis.apps;
    this.#core = apis.core;
    this.#autoscaling = apis.autoscaling;
    this.#namespace = namespace;
  }

  async replicas(program: Program, colour: Colour): Promise<number | undefined> {
    const name = `${program}-${colour}`;
    const scale = await orMissing(
      this.#apps.readNamespacedDeploymentScale({ name, namespace: this.#namespace }),
    );
    // Kubernetes leaves a 0 out.
    return scale === undefined ? undefined : (scale.spec?.replicas ?? 0);
  }

  async scale(program: Program, colour: Colour, replicas: number): Promise<void> {
    const name = `${program}-${colour}`;
    const body = { spec: { replicas } };
    await this.#apps.patchNamespacedDeploymentScale({ name, namespace: this.#namespace, body }, MERGE_PATCH);
  }

  async list(program: Program, colour: Colour): Promise<readonly PodState[]> {
    const labelSelector = `app.kubernetes.io/name=${program},app.kubernetes.io/instance=${colour}`;
    const { items } = await this.#core.listNamespacedPod({ namespace: this.#namespace, labelSelector });
    return items.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).map(podState);
  }

  async minimum(colour: Colour): Promise<number | null> {
    const found = await orMissing(
      this.#autoscaling.readNamespacedHorizontalPodAutoscaler({
        name: `api-${colour}`,
        namespace: this.#namespace,
      }),
    );
    return found?.spec.minReplicas ?? null;
  }

  async setMinimum(colour: Colour, minReplicas: number): Promise<void> {
    await this.#autoscaling.patchNamespacedHorizontalPodAutoscaler(
      { name: `api-${colour}`, namespace: this.#namespace, body: { spec: { minReplicas } } },
      MERGE_PATCH,
    );
  }
}

async function orMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
