import type { Json, JsonObject } from "../region/protocol.ts";
import { at, equal, isList, isObject, objectAt } from "./json.ts";
import { manifestOf } from "./manifest.ts";

/**
 * The inputs as `pulumi refresh` should see them: where the live object differs from what it was when the state was
 * written, the live value; elsewhere what the program wrote. Only fields the program wrote are looked at, so what
 * controllers add is no drift, and `1000m` that is stored as `1` is none either.
 */
export function driftedInputs(inputs: JsonObject, recorded: JsonObject, live: JsonObject): JsonObject {
  const manifest = manifestOf(inputs);
  const drifted = merge(manifest, recorded, live) ?? {};
  return asWritten(objectAt(drifted), manifest, inputs);
}

/** Undefined: the field is gone from the live object. */
function merge(input: Json, recorded: Json | undefined, live: Json | undefined): Json | undefined {
  if (equal(recorded, live)) {
    return input;
  }
  if (live === undefined) {
    return undefined;
  }
  if (isObject(input) && isObject(live)) {
    const before = objectAt(recorded);
    const entries = Object.keys(input).flatMap((key): [string, Json][] => {
      const merged = merge(input[key] ?? null, before[key], live[key]);
      return merged === undefined ? [] : [[key, merged]];
    });
    return Object.fromEntries(entries);
  }
  if (isList(input) && isList(live) && isList(recorded) && recorded.length === live.length) {
    return input.flatMap((element, index) => merge(element, recorded[index], live[index]) ?? []);
  }
  return live;
}

/** Data that the program wrote as `stringData` goes back there, as text. */
function asWritten(drifted: JsonObject, manifest: JsonObject, inputs: JsonObject): JsonObject {
  const written = inputs["stringData"];
  if (manifest === inputs || !isObject(written)) {
    return drifted;
  }
  const { data, ...rest } = drifted;
  const stringData: Record<string, Json> = {};
  const binary: Record<string, Json> = {};
  for (const [key, value] of Object.entries(objectAt(data))) {
    const text = written[key];
    if (text === undefined) {
      binary[key] = value;
    } else {
      stringData[key] = equal(value, at(manifest, "data", key)) ? text : decode(value);
    }
  }
  return { ...rest, stringData, ...(inputs["data"] === undefined ? {} : { data: binary }) };
}

function decode(value: Json): Json {
  return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : value;
}
