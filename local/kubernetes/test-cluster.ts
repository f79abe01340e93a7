import type { Call } from "../provider/provider.ts";
import type { Json, JsonObject } from "../region/protocol.ts";
import { ApiError } from "./api-error.ts";
import { Cluster } from "./cluster.ts";
import type { ApiRequest } from "./http.ts";
import type { Session } from "./session.ts";

/** An answer of the API server: an object, a log, or an error as it writes it. */
export type Answer = JsonObject | string | ApiError;

export function refusal(code: number, message: string, details: JsonObject = {}): ApiError {
  return new ApiError(code, { code, message, details });
}

/** For unit tests: a cluster that answers by `METHOD path`, and notes what it was asked. */
export function testCluster(answers: Readonly<Record<string, Answer | readonly Answer[]>>): {
  readonly cluster: Cluster;
  readonly asked: readonly ApiRequest[];
} {
  const asked: ApiRequest[] = [];
  const counts = new Map<string, number>();
  const transport = async (call: ApiRequest): Promise<Json> => {
    asked.push(call);
    const key = `${call.method} ${call.path}`;
    const answer = answers[key];
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const list: readonly Answer[] =
      answer === undefined ? [] : Array.isArray(answer) ? answer : [answer as Answer];
    const found = list[Math.min(count, list.length - 1)] ?? refusal(404, `nothing is at ${key}`);
    if (found instanceof ApiError) {
      throw found;
    }
    return found;
  };
  return { cluster: new Cluster(transport), asked };
}

/** A session on such a cluster, with every setting at its default and objects in `shop` where they name no namespace. */
export function testSession(answers: Parameters<typeof testCluster>[0]): {
  readonly session: Session;
  readonly asked: readonly ApiRequest[];
} {
  const { cluster, asked } = testCluster(answers);
  const settings = {
    enableConfigMapMutable: false,
    enableSecretMutable: false,
    enablePatchForce: false,
    upsertExistingObjects: false,
  };
  return { session: { cluster, settings, defaultNamespace: "shop", inState: new Set() }, asked };
}

/** A call about a resource of that type and name, which nobody cancels. */
export function testCall(type: string, name: string): Call {
  return {
    urn: `urn:pulumi:dev::engine::${type}::${name}`,
    type,
    name,
    signal: new AbortController().signal,
    progress: () => undefined,
    secretPaths: [],
    timeout: 0,
    randomSeed: new Uint8Array(),
  };
}
