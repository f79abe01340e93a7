import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct, Value as StructValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { formatPath, type PathSegment, type PropertyPath } from "./property-path.ts";
import { Secret, UNKNOWN, type Value, type Values } from "./provider.ts";
import {
  ARCHIVE_SIGNATURE,
  ASSET_SIGNATURE,
  OUTPUT_SIGNATURE,
  RESOURCE_SIGNATURE,
  SECRET_SIGNATURE,
  SIGNATURE_KEY,
  UNKNOWN_SENTINELS,
  UNKNOWN_STRING,
} from "./signatures.ts";

/** Told of every value that arrives marked secret, with its path. */
export type SecretReport = (path: PropertyPath, value: Value) => void;

/**
 * The engine's properties as plain values. Secrets are unwrapped and reported, output values become their value or
 * UNKNOWN, resource references the resource's id (its URN for a component), assets and archives stay records that
 * asset.ts reads. No struct at all is no properties.
 */
export function decode(struct: Struct | undefined, report: SecretReport = () => undefined): Values {
  return decodeRecord(struct, [], report);
}

function decodeRecord(struct: Struct | undefined, path: PropertyPath, report: SecretReport): Values {
  const fields: [string, Value][] = [];
  struct
    ?.getFieldsMap()
    .forEach((value, key) => fields.push([key, decodeValue(value, [...path, key], report)]));
  // fromEntries makes own properties of every name, `__proto__` included.
  return Object.fromEntries(fields);
}

function decodeValue(value: StructValue, path: PropertyPath, report: SecretReport): Value {
  switch (value.getKindCase()) {
    case structPb.Value.KindCase.NULL_VALUE:
    case structPb.Value.KindCase.KIND_NOT_SET:
      return null;
    case structPb.Value.KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case structPb.Value.KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case structPb.Value.KindCase.STRING_VALUE: {
      const text = value.getStringValue();
      return UNKNOWN_SENTINELS.has(text) ? UNKNOWN : text;
    }
    case structPb.Value.KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map((item, index) =>
        decodeValue(item, [...path, index], report),
      );
    case structPb.Value.KindCase.STRUCT_VALUE:
      return decodeSigned(value.getStructValue(), path, report);
  }
}

function decodeSigned(struct: Struct | undefined, path: PropertyPath, report: SecretReport): Value {
  const fields = struct?.getFieldsMap();
  const signature = fields?.get(SIGNATURE_KEY);
  const wrapped = (): Value => {
    const inner = fields?.get("value");
    return inner === undefined ? null : decodeValue(inner, path, report);
  };
  switch (signature?.getStringValue()) {
    case undefined:
    case ASSET_SIGNATURE:
    case ARCHIVE_SIGNATURE:
      return decodeRecord(struct, path, report);
    case SECRET_SIGNATURE: {
      const value = wrapped();
      report(path, value);
      return value;
    }
    case OUTPUT_SIGNATURE: {
      const value = fields?.has("value") === true ? wrapped() : UNKNOWN;
      if (fields?.get("secret")?.getBoolValue() === true) report(path, value);
      return value;
    }
    case RESOURCE_SIGNATURE: {
      const { id, urn } = decodeRecord(struct, path, report);
      // A custom resource's id is "" while it is not known; a component has none and is its URN.
      return id === undefined ? (urn ?? null) : id || UNKNOWN;
    }
    default:
      throw new Error(
        `the engine sent a value with an unknown signature: ${JSON.stringify(signature?.getStringValue())}`,
      );
  }
}

/**
 * Values for the engine. Outside a preview everything is known: an UNKNOWN then is a provider's defect, and
 * throws with the property's path, as does a number JSON cannot hold.
 */
export function encode(values: Values, preview = false): Struct {
  return encodeRecord(values, preview, []);
}

function encodeRecord(values: Values, preview: boolean, path: readonly PathSegment[]): Struct {
  const struct = new structPb.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(values) as [string, Value | undefined][]) {
    if (key === "__proto__") {
      // google-protobuf's own map drops it in silence.
      throw new Error(`${formatPath([...path, key])} cannot be sent to the engine: name it otherwise`);
    }
    if (value !== undefined) {
      fields.set(key, encodeValue(value, preview, [...path, key]));
    }
  }
  return struct;
}

function encodeValue(value: Value, preview: boolean, path: readonly PathSegment[]): StructValue {
  const encoded = new structPb.Value();
  if (value === null) {
    encoded.setNullValue(structPb.NullValue.NULL_VALUE);
  } else if (value === UNKNOWN) {
    if (!preview) {
      throw new Error(`the value of ${formatPath(path)} is not known after the update`);
    }
    encoded.setStringValue(UNKNOWN_STRING);
  } else if (typeof value === "boolean") {
    encoded.setBoolValue(value);
  } else if (typeof value === "number") {
    if (!Number.isFinite(value)) {
      throw new Error(`the value of ${formatPath(path)} is ${value}, which the engine cannot store`);
    }
    encoded.setNumberValue(value);
  } else if (typeof value === "string") {
    encoded.setStringValue(value);
  } else if (value instanceof Secret) {
    const fields: Values = { [SIGNATURE_KEY]: SECRET_SIGNATURE, value: value.value };
    encoded.setStructValue(encodeRecord(fields, preview, path));
  } else if (isList(value)) {
    const list = new structPb.ListValue();
    list.setValuesList(value.map((item, index) => encodeValue(item, preview, [...path, index])));
    encoded.setListValue(list);
  } else {
    encoded.setStructValue(encodeRecord(value, preview, path));
  }
  return encoded;
}

function isList(value: readonly Value[] | Values): value is readonly Value[] {
  return Array.isArray(value);
}
