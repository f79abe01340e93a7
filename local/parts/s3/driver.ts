import { join } from "node:path";

import { contentOf } from "../../aws/services/s3/object-content.ts";
import { BUCKET, OBJECT } from "../../aws/services/s3/references.ts";
import { AwsError } from "../../aws/model.ts";
import { object, text } from "../../aws/services/fields.ts";
import type { Observation, PartDriver } from "../../region/part.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import type { Machine } from "../machine.ts";
import { sha256 } from "../sigv4/signature.ts";
import { ObjectStore } from "./object-store.ts";
import type { ObjectMetadata } from "./object-store.ts";

/** One folder a machine, for drivers, API and CDN alike. */
export function objectStoreOf(machine: Pick<Machine, "dataDir">): ObjectStore {
  return new ObjectStore(join(machine.dataDir("s3"), "buckets"));
}

export function createS3Drivers(machine: Pick<Machine, "dataDir">): PartDriver[] {
  const store = objectStoreOf(machine);
  return [bucketDriver(store), objectDriver(store)];
}

function bucketDriver(store: ObjectStore): PartDriver {
  return {
    types: [BUCKET],
    create: async ({ id }) => {
      store.makeBucket(id);
      return {};
    },
    update: async () => ({}),
    delete: async ({ id, inputs }) => {
      if (inputs["forceDestroy"] !== true && store.list(id).length > 0) {
        throw new AwsError("BucketNotEmpty", "The bucket you tried to delete is not empty");
      }
      store.removeBucket(id);
    },
    present: async ({ id }) => store.hasBucket(id),
    // Data that was removed by hand cannot be made again: that is drift.
    adopt: async () => undefined,
  };
}

function objectDriver(store: ObjectStore): PartDriver {
  const write = async ({ inputs, outputs }: StoredResource): Promise<Record<string, never>> => {
    const { bucket, key } = placeOf(inputs);
    if (!store.hasBucket(bucket)) throw new AwsError("NoSuchBucket", "The specified bucket does not exist");
    store.put(bucket, key, contentOf(inputs), metadataOf({ ...outputs, ...inputs }));
    return {};
  };
  return {
    types: [OBJECT],
    create: write,
    update: write,
    delete: async ({ inputs }) => {
      const { bucket, key } = placeOf(inputs);
      if (store.hasBucket(bucket)) store.remove(bucket, key);
    },
    present: async ({ inputs }) => {
      const { bucket, key } = placeOf(inputs);
      return store.head(bucket, key) !== undefined;
    },
    observe: async (resource) => observed(store, resource),
    adopt: async () => undefined,
  };
}

function placeOf(inputs: JsonObject): { readonly bucket: string; readonly key: string } {
  return { bucket: text(inputs, "bucket") ?? "", key: text(inputs, "key") ?? "" };
}

const HEADERS = ["cacheControl", "contentDisposition", "contentEncoding", "contentLanguage"] as const;

function metadataOf(values: JsonObject): ObjectMetadata {
  const strings = (block: JsonObject | undefined): Record<string, string> =>
    Object.fromEntries(Object.keys(block ?? {}).map((key) => [key, text(block ?? {}, key) ?? ""]));
  return {
    contentType: text(values, "contentType") ?? "application/octet-stream",
    ...Object.fromEntries(
      HEADERS.flatMap((key) => {
        const value = text(values, key);
        return value === undefined ? [] : [[key, value]];
      }),
    ),
    user: strings(object(values, "metadata")),
    tags: strings(object(values, "tags")),
  };
}

/** An object written over by someone else: its text where the program gave text, and its version always. */
function observed(store: ObjectStore, { inputs, outputs }: StoredResource): Observation {
  const { bucket, key } = placeOf(inputs);
  const found = store.get(bucket, key);
  if (found === undefined) return {};
  const { etag, metadata } = found.object;
  const wanted = metadataOf({ ...outputs, ...inputs });
  const headers = [...HEADERS, "contentType" as const].filter((name) => metadata[name] !== wanted[name]);
  const other = etag !== outputs["etag"];
  const asset = object(inputs, "source");
  return {
    inputs: {
      ...Object.fromEntries(headers.map((name) => [name, metadata[name] ?? ""])),
      ...(other && inputs["content"] !== undefined ? { content: found.bytes.toString() } : {}),
      ...(other && inputs["contentBase64"] !== undefined
        ? { contentBase64: found.bytes.toString("base64") }
        : {}),
      ...(other && asset !== undefined ? { source: { ...asset, hash: sha256(found.bytes) } } : {}),
    },
    outputs: other ? { etag } : {},
  };
}
