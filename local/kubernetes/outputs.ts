import { Secret, UNKNOWN, type Value, type Values } from "../provider/provider.ts";
import type { JsonObject } from "../region/protocol.ts";
import { objectAt } from "./json.ts";
import { LAST_APPLIED, omit, SERVER_METADATA, withoutBookkeeping } from "./server-fields.ts";
import { isValueObject, known, mapOf, valuesOf } from "./values.ts";

/** The output that keeps the field manager, which an alias to a new URN would otherwise lose. */
const FIELD_MANAGER = "__fieldManager";

/**
 * The live object as the state keeps it: a Secret's data encrypted, without `metadata.managedFields` (bookkeeping
 * of the API server, read afresh whenever it matters) and without what `kubectl apply` remembers of it.
 */
export function outputsOf(live: JsonObject, manager: string): Values {
  return { ...withSecrets(valuesOf(withoutBookkeeping(live))), [FIELD_MANAGER]: manager };
}

/** What a preview can say of an object that is not there: its inputs, and what only the API server sets as unknown. */
export function plannedOutputs(inputs: Values, manager: string): Values {
  const metadata = inputs["metadata"];
  const spec = inputs["spec"];
  const isService = inputs["apiVersion"] === "v1" && inputs["kind"] === "Service";
  return {
    ...withSecrets(inputs),
    metadata:
      metadata === UNKNOWN
        ? UNKNOWN
        : {
            uid: UNKNOWN,
            resourceVersion: UNKNOWN,
            creationTimestamp: UNKNOWN,
            generation: UNKNOWN,
            ...mapOf(metadata),
          },
    ...(isService && spec !== UNKNOWN
      ? { spec: { clusterIP: UNKNOWN, clusterIPs: UNKNOWN, ...mapOf(spec) } }
      : {}),
    status: UNKNOWN,
    [FIELD_MANAGER]: manager,
  };
}

/** What a preview can say of a change that it cannot try: the object as the state has it, with the new inputs in it. */
export function plannedUpdate(outputs: Values, news: Values): Values {
  const changed = Object.entries(news).map(([key, now]): [string, Value] => {
    const before = outputs[key];
    return [key, isValueObject(before) && isValueObject(now) ? plannedUpdate(before, now) : now];
  });
  return withSecrets({ ...outputs, ...Object.fromEntries(changed) });
}

/** The object and the manager as a state keeps them. */
export function recordedIn(outputs: Values): { object: JsonObject; manager: string | undefined } {
  const { [FIELD_MANAGER]: manager, ...object } = known(outputs).object;
  return { object, manager: typeof manager === "string" ? manager : undefined };
}

const CONTROLLER_ANNOTATIONS = [LAST_APPLIED, "deployment.kubernetes.io/revision"];

/** What a person would have written to get the live object; the API server's own fields and its status left out. */
export function importedInputs(live: JsonObject): Values {
  const metadata = omit(objectAt(live, "metadata"), [...SERVER_METADATA, "annotations"]);
  const annotations = omit(objectAt(live, "metadata", "annotations"), CONTROLLER_ANNOTATIONS);
  const written = Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
  return withSecrets(valuesOf({ ...omit(live, ["status"]), metadata: written }));
}

/** A Secret's data and stringData as the engine must encrypt them; other kinds unchanged. */
export function withSecrets(values: Values): Values {
  if (values["apiVersion"] !== "v1" || values["kind"] !== "Secret") {
    return values;
  }
  const hidden: Record<string, Value> = {};
  for (const key of ["data", "stringData"]) {
    const value = values[key];
    if (value !== undefined && value !== null && value !== UNKNOWN && !(value instanceof Secret)) {
      hidden[key] = new Secret(value);
    }
  }
  return { ...values, ...hidden };
}
