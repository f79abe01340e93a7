import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

import { writeFileAtomic } from "../host/atomic-file.ts";

/** What S3 keeps beside an object's bytes and gives back as headers. */
export interface ObjectMetadata {
  readonly contentType: string;
  readonly cacheControl?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly contentLanguage?: string;
  /** `x-amz-meta-…`, names without the prefix. */
  readonly user: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StoredObject {
  readonly key: string;
  readonly size: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  /** ISO 8601. */
  readonly lastModified: string;
  readonly metadata: ObjectMetadata;
}

/** The file of the bytes; a new one a write, so that a reader never sees halves of two. */
type ObjectRecord = StoredObject & { readonly file: string };

/**
 * Buckets as folders. An object is a record (`<hash of key>.json`, replaced whole) that names the file of its bytes. Versions,
 * encryption, lifecycle rules and access lists are stored in the region's record and not acted upon.
 */
export class ObjectStore {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  makeBucket(bucket: string): void {
    mkdirSync(this.#bucket(bucket), { recursive: true, mode: 0o700 });
  }

  hasBucket(bucket: string): boolean {
    return existsSync(this.#bucket(bucket));
  }

  /** With everything in it; gone already is success. */
  removeBucket(bucket: string): void {
    rmSync(this.#bucket(bucket), { recursive: true, force: true });
  }

  /** The bucket must be there. Throws StorageError when the disk takes no more; then the object is what it was. */
  put(bucket: string, key: string, bytes: Buffer, metadata: ObjectMetadata): StoredObject {
    const previous = this.#read(bucket, key);
    const file = `${hash(key)}-${randomBytes(6).toString("hex")}.data`;
    // On disk before it is acknowledged: S3 loses nothing that it answered for.
    writeFileAtomic(join(this.#bucket(bucket), file), bytes, { durable: true });
    const object = {
      key,
      size: bytes.length,
      etag: createHash("md5").update(bytes).digest("hex"),
      lastModified: new Date().toISOString(),
      metadata,
    };
    try {
      writeFileAtomic(this.#record(bucket, key), JSON.stringify({ ...object, file }), { durable: true });
    } catch (error) {
      rmSync(join(this.#bucket(bucket), file), { force: true });
      throw error;
    }
    if (previous) rmSync(join(this.#bucket(bucket), previous.file), { force: true });
    return object;
  }

  /** Undefined when there is no such object or bucket. */
  head(bucket: string, key: string): StoredObject | undefined {
    return this.#read(bucket, key);
  }

  get(bucket: string, key: string): { readonly object: StoredObject; readonly bytes: Buffer } | undefined {
    const record = this.#read(bucket, key);
    if (record === undefined) return undefined;
    return { object: record, bytes: readFileSync(join(this.#bucket(bucket), record.file)) };
  }

  /** Gone already is success. */
  remove(bucket: string, key: string): void {
    const record = this.#read(bucket, key);
    if (record === undefined) return;
    rmSync(this.#record(bucket, key), { force: true });
    rmSync(join(this.#bucket(bucket), record.file), { force: true });
  }

  /** All objects, by key in UTF-8 order as S3 lists them. */
  list(bucket: string): readonly StoredObject[] {
    if (!this.hasBucket(bucket)) return [];
    return readdirSync(this.#bucket(bucket))
      .filter((name) => name.endsWith(".json"))
      .map((name) => JSON.parse(readFileSync(join(this.#bucket(bucket), name), "utf8")) as StoredObject)
      .sort((one, other) => Buffer.compare(Buffer.from(one.key), Buffer.from(other.key)));
  }

  #read(bucket: string, key: string): ObjectRecord | undefined {
    const path = this.#record(bucket, key);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as ObjectRecord) : undefined;
  }

  #record(bucket: string, key: string): string {
    return join(this.#bucket(bucket), `${hash(key)}.json`);
  }

  #bucket(bucket: string): string {
    // Names were checked by the service model; nothing else may reach the file system.
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes("..")) {
      throw new Error(`"${bucket}" is no bucket's name`);
    }
    return join(this.#directory, bucket);
  }
}

/** Keys hold anything, file names do not. */
function hash(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
