import {
  ProviderError,
  Secret,
  UNKNOWN,
  type Call,
  type DiffResult,
  type Provider,
  type Value,
  type Values,
} from "../provider/provider.ts";
import { diffValues } from "../provider/schema-diff.ts";
import { checkInputs, comparableInputs, effectiveInputs } from "./inputs.ts";
import type { RandomResource } from "./resource.ts";
import { resources } from "./resources.ts";

/** The random provider: its resources exist in the state alone, so nothing is to be found, changed or removed elsewhere. */
export const randomProvider: Provider = {
  name: "random",
  version: "4.21.2",

  sensitive: (type, [property]) => resources[type]?.secrets.includes(String(property)) ?? false,

  async configure() {},

  async check(call, _olds, news) {
    const resource = find(call);
    return { inputs: news, failures: checkInputs(resource, news) };
  },

  /** A random value cannot be changed: any difference makes a new one. */
  async diff(call, _id, oldInputs, _oldOutputs, news, ignoreChanges): Promise<DiffResult> {
    const resource = find(call);
    const changes = diffValues(
      comparableInputs(resource, oldInputs),
      comparableInputs(resource, news),
      ignoreChanges,
    );
    return {
      detailed: Object.fromEntries(
        Object.entries(changes).map(([path, kind]) => [path, `${kind}-replace` as const]),
      ),
    };
  },

  async create(call, inputs, preview) {
    const resource = find(call);
    const effective = effectiveInputs(resource, inputs);
    if (preview) {
      await resource.requirements?.();
      const unknown: Values = Object.fromEntries(
        resource.computed.map((output) => [output, UNKNOWN] as const),
      );
      return { id: "", outputs: { ...effective, ...unknown } };
    }
    const { id, outputs } = await resource.generate(effective);
    return { id, outputs: markSecrets(resource, { ...effective, ...outputs }) };
  },

  async read(call, id, inputs, outputs) {
    const resource = find(call);
    if (Object.keys(outputs).length > 0) {
      return { id, inputs, outputs: markSecrets(resource, outputs) };
    }
    if (resource.import === undefined) {
      throw new ProviderError(
        "INVALID_ARGUMENT",
        `${call.type} cannot be imported: its value does not tell its inputs`,
      );
    }
    const found = await resource.import(id);
    const effective = effectiveInputs(resource, found.inputs);
    return {
      id: found.id,
      inputs: found.inputs,
      outputs: markSecrets(resource, { ...effective, ...found.outputs }),
    };
  },

  /** Reached only when nothing that the value depends on changed. */
  async update(call, _id, _oldInputs, oldOutputs, news) {
    const resource = find(call);
    return { outputs: markSecrets(resource, { ...oldOutputs, ...effectiveInputs(resource, news) }) };
  },

  async delete() {},

  async invoke(token) {
    throw new ProviderError("UNIMPLEMENTED", `the random provider has no function ${token}`);
  },
};

function find(call: Call): RandomResource {
  const resource = resources[call.type];
  if (resource === undefined) {
    const known = Object.keys(resources).join(", ");
    throw new ProviderError("UNIMPLEMENTED", `${call.type} is not modelled locally; there is ${known}`);
  }
  return resource;
}

function markSecrets(resource: RandomResource, outputs: Values): Values {
  const marked: Record<string, Value> = { ...outputs };
  for (const name of resource.secrets) {
    const value = marked[name];
    if (value !== undefined && !(value instanceof Secret)) {
      marked[name] = new Secret(value);
    }
  }
  return marked;
}
