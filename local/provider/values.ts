import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import type { Struct, Value as StructValue } from "google-protobuf/google/protobuf/struct_pb.js";
import { formatPath, type PathSegment } from "./property-path.ts";
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

/**
 * The engine's properties as plain values. Secrets are unwrapped (the engine marks same-named outputs again),
 * output values become their value or UNKNOWN, resource references the resource's id (its URN for a component),
 * assets and archives stay records that asset.ts reads. No struct at all is no properties.
 */
export function decode(struct: Struct | undefined): Values {
  const fields: [string, Value][] = [];
  struct?.getFieldsMap().forEach((value, key) => fields.push([key, decodeValue(value)]));
  // fromEntries makes own properties of every name, `__proto__` included.
  return Object.fromEntries(fields);
}

function decodeValue(value: StructValue): Value {
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
      return (value.getListValue()?.getValuesList() ?? []).map(decodeValue);
    case structPb.Value.KindCase.STRUCT_VALUE:
      return decodeSigned(decode(value.getStructValue()));
  }
}

function decodeSigned(record: Values): Value {
  switch (record[SIGNATURE_KEY]) {
    case undefined:
    case ASSET_SIGNATURE:
    case ARCHIVE_SIGNATURE:
      return record;
    case SECRET_SIGNATURE:
      return record["value"] ?? null;
    case OUTPUT_SIGNATURE:
      return "value" in record ? (record["value"] ?? null) : UNKNOWN;
    case RESOURCE_SIGNATURE:
      // A custom resource's id is "" while it is not known; a component has none and is its URN.
      return "id" in record ? record["id"] || UNKNOWN : (record["urn"] ?? null);
    default:
      throw new Error(
        `the engine sent a value with an unknown signature: ${JSON.stringify(record[SIGNATURE_KEY])}`,
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
