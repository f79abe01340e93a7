import { ApiException, type CoreV1Api, type V1ConfigMap } from "@kubernetes/client-node";
import { EMPTY, keptRecordSchema, RECORD_KEY, RECORD_NAME, type RolloutRecord } from "./record.ts";
import { Conflict, type RecordStore, type Versioned } from "./record-store.ts";

/** The ConfigMap in the releases' namespace. Throws for a record of another version: an older program must not rewrite it. */
export class ConfigMapStore implements RecordStore {
  readonly #api: CoreV1Api;
  readonly #namespace: string;

  constructor(api: CoreV1Api, namespace: string) {
    this.#api = api;
    this.#namespace = namespace;
  }

  async read(): Promise<Versioned> {
    try {
      return versioned(
        await this.#api.readNamespacedConfigMap({ name: RECORD_NAME, namespace: this.#namespace }),
      );
    } catch (error) {
      if (codeOf(error) === 404) return { record: EMPTY, resourceVersion: undefined };
      throw error;
    }
  }

  async write(next: RolloutRecord, { resourceVersion }: Versioned): Promise<Versioned> {
    const namespace = this.#namespace;
    const body: V1ConfigMap = {
      metadata: {
        name: RECORD_NAME,
        labels: { "app.kubernetes.io/part-of": "twinstack" },
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
      },
      data: { [RECORD_KEY]: JSON.stringify(next) },
    };
    try {
      return versioned(
        resourceVersion === undefined
          ? await this.#api.createNamespacedConfigMap({ namespace, body })
          : await this.#api.replaceNamespacedConfigMap({ name: RECORD_NAME, namespace, body }),
      );
    } catch (error) {
      if (codeOf(error) === 409) throw new Conflict("the rollout's record was changed by somebody else");
      throw error;
    }
  }
}

function versioned({ data, metadata }: V1ConfigMap): Versioned {
  const result = keptRecordSchema.safeParse(JSON.parse(data?.[RECORD_KEY] ?? "null"));
  if (!result.success) {
    throw new Error(
      `the ConfigMap ${RECORD_NAME} is not a record that this version of the program knows (${result.error.issues[0]?.message ?? ""}): ` +
        "use the version that wrote it",
    );
  }
  return { record: result.data, resourceVersion: metadata?.resourceVersion };
}

function codeOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}
