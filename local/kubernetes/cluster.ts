import type { Json, JsonObject } from "../region/protocol.ts";
import { ApiError, isNotFound } from "./api-error.ts";
import type { ApiRequest, Transport } from "./http.ts";
import type { ObjectName } from "./identity.ts";
import { isObject, listAt, textAt } from "./json.ts";
import type { Kind } from "./kinds.ts";

/** A kind as this cluster serves it. */
export interface ServedKind extends Kind {
  /** e.g. `deployments`. */
  readonly plural: string;
  readonly namespaced: boolean;
}

type Options = Pick<ApiRequest, "query" | "body" | "contentType">;

/** The objects of one cluster, as plain JSON. Every method rejects with `ApiError` or `Unreachable`. */
export class Cluster {
  readonly #transport: Transport;
  readonly #served = new Map<string, ServedKind>();

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Undefined: the cluster does not serve the kind (yet: an answer of "no" is asked again). */
  async served(kind: Kind): Promise<ServedKind | undefined> {
    const key = `${kind.apiVersion} ${kind.kind}`;
    const cached = this.#served.get(key);
    if (cached !== undefined) {
      return cached;
    }
    try {
      const found = await this.#transport({ method: "GET", path: groupPath(kind.apiVersion) });
      for (const resource of listAt(found, "resources")) {
        const plural = textAt(resource, "name") ?? "";
        const name = textAt(resource, "kind") ?? "";
        if (!plural.includes("/")) {
          const namespaced = isObject(resource) && resource["namespaced"] === true;
          this.#served.set(`${kind.apiVersion} ${name}`, { ...kind, kind: name, plural, namespaced });
        }
      }
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
    }
    return this.#served.get(key);
  }

  /** The live object, or undefined when there is none. */
  async get(kind: ServedKind, name: ObjectName): Promise<JsonObject | undefined> {
    try {
      return asObject(await this.#transport({ method: "GET", path: objectPath(kind, name) }));
    } catch (error) {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    }
  }

  async list(kind: ServedKind, namespace: string | undefined, query: Readonly<Record<string, string>> = {}) {
    const answer = await this.#transport({ method: "GET", path: collectionPath(kind, namespace), query });
    return listAt(answer, "items").filter(isObject);
  }

  /**
   * The states an object has been in since `seen`, oldest first, the last one as it was when it was deleted. None when
   * the API server does not remember that far.
   */
  async statesSince(kind: ServedKind, name: ObjectName, seen: JsonObject): Promise<readonly JsonObject[]> {
    const answer = await this.#transport({
      method: "GET",
      path: collectionPath(kind, name.namespace),
      query: {
        watch: "true",
        fieldSelector: `metadata.name=${name.name}`,
        resourceVersion: textAt(seen, "metadata", "resourceVersion") ?? "",
        timeoutSeconds: "1",
      },
      text: true,
    }).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 410) {
        return "";
      }
      throw error;
    });
    const events = asText(answer)
      .split("\n")
      .filter((line) => line.trim() !== "");
    return events
      .map((line) => JSON.parse(line) as Json)
      .filter((event) => textAt(event, "type") !== "ERROR")
      .flatMap((event) => (isObject(event) && isObject(event["object"]) ? [event["object"]] : []));
  }

  /** POST to the collection. */
  async create(kind: ServedKind, namespace: string | undefined, options: Options): Promise<JsonObject> {
    const path = collectionPath(kind, namespace);
    return asObject(await this.#transport({ ...options, method: "POST", path }));
  }

  async patch(kind: ServedKind, name: ObjectName, options: Options): Promise<JsonObject> {
    return asObject(await this.#transport({ ...options, method: "PATCH", path: objectPath(kind, name) }));
  }

  /** The last lines a container wrote; `previous`: in its run before the last restart. */
  async log(
    { namespace = "default", name }: ObjectName,
    options: { readonly container: string; readonly previous: boolean; readonly lines: number },
  ): Promise<string> {
    const { container, previous, lines } = options;
    const answer = await this.#transport({
      method: "GET",
      path: `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`,
      query: { container, tailLines: String(lines), ...(previous ? { previous: "true" } : {}) },
      text: true,
    });
    return asText(answer);
  }

  async delete(kind: ServedKind, name: ObjectName, body: JsonObject): Promise<void> {
    await this.#transport({ method: "DELETE", path: objectPath(kind, name), body });
  }
}

function groupPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function collectionPath(kind: ServedKind, namespace: string | undefined): string {
  const scope =
    kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
  return `${groupPath(kind.apiVersion)}${scope}/${kind.plural}`;
}

function objectPath(kind: ServedKind, { namespace, name }: ObjectName): string {
  return `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;
}

function asObject(answer: Json): JsonObject {
  if (!isObject(answer)) {
    throw new Error("the API server answered without an object");
  }
  return answer;
}

function asText(answer: Json): string {
  if (typeof answer !== "string") {
    throw new Error("the API server answered without a text");
  }
  return answer;
}
