import type { Json, JsonObject } from "../../region/protocol.ts";
import { staysWithout, typeFacts } from "../facts.ts";
import type { Account, ResourceModel } from "../model.ts";
import { object, text } from "./fields.ts";

/** Outputs every resource of AWS has alike: all its tags, and the region it is in. */
function common(type: string, inputs: JsonObject, account: Account): Record<string, Json> {
  const properties = typeFacts(type)?.properties ?? {};
  return {
    ...(properties["region"] ? { region: text(inputs, "region") ?? account.region } : {}),
    ...(properties["tagsAll"] ? { tagsAll: object(inputs, "tags") ?? {} } : {}),
  };
}

/** What the service filled in or only it knows stays through an update; what was asked for goes with the asking. */
function kept(model: ResourceModel, outputs: JsonObject, inputs: JsonObject): Record<string, Json> {
  const facts = typeFacts(model.type);
  const entries = Object.entries(outputs).filter(
    ([key]) => key in inputs || facts === undefined || staysWithout(key, model, facts),
  );
  return Object.fromEntries(entries);
}

/** A model whose `create` and `update` answer all outputs, so that a read finds what the write answered. */
export function complete(model: ResourceModel): ResourceModel {
  return {
    ...model,
    create(inputs, account) {
      const made = model.create(inputs, account);
      return { id: made.id, outputs: { ...inputs, ...common(model.type, inputs, account), ...made.outputs } };
    },
    update(current, inputs, account) {
      const changed = model.update?.(current, inputs, account) ?? {};
      return {
        ...kept(model, current.outputs, inputs),
        ...inputs,
        ...common(model.type, inputs, account),
        ...changed,
      };
    },
  };
}
