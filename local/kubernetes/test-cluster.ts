import type { Json, JsonObject } from "../region/protocol.ts";
import { ApiError } from "./api-error.ts";
import { Cluster } from "./cluster.ts";
import type { ApiRequest } from "./http.ts";

/** An answer of the API server: an object, or an error as it writes it. */
export type Answer = JsonObject | ApiError;

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
