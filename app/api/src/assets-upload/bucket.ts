import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  GetObjectTaggingCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { messageOf } from "../errors/message.ts";
import type { StaticFile } from "../static.ts";

/**
 * Tag of an asset that no release has any more; the bucket's lifecycle removes it in time. The platform has the same in
 * infra/edge/assets-bucket.ts.
 */
const SUPERSEDED = "twinstack:superseded";

/** Tries of a call before it fails; the SDK waits ever longer in between. */
const ATTEMPTS = 5;
const CONNECT_MS = 5_000;
const REQUEST_MS = 20_000;

/** An object as the bucket has it. */
export interface StoredAsset {
  readonly body: Uint8Array;
  readonly type: string | undefined;
  readonly cacheControl: string | undefined;
  /** It will be removed. */
  readonly superseded: boolean;
}

/** The objects below `assets/` of one bucket. Every failure names the object, the status and S3's own words. */
export class AssetsBucket {
  readonly #bucket: string;
  readonly #client: S3Client;

  constructor(bucket: string, region: string) {
    this.#bucket = bucket;
    this.#client = new S3Client({
      region,
      maxAttempts: ATTEMPTS,
      // Without these a connection that hangs would hold the release up until its Job's deadline.
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        requestTimeout: REQUEST_MS,
        throwOnRequestTimeout: true,
      },
    });
  }

  /** `s3://<bucket>/assets/<name>`. */
  url(name: string): string {
    return `s3://${this.#bucket}/${keyOf(name)}`;
  }

  /** Undefined when there is no such object. */
  async find(name: string): Promise<StoredAsset | undefined> {
    const place = { Bucket: this.#bucket, Key: keyOf(name) };
    try {
      const { Body, ContentType, CacheControl } = await this.#client.send(new GetObjectCommand(place));
      const body = (await Body?.transformToByteArray()) ?? new Uint8Array();
      const { TagSet = [] } = await this.#client.send(new GetObjectTaggingCommand(place));
      const superseded = TagSet.some(({ Key }) => Key === SUPERSEDED);
      return { body, type: ContentType, cacheControl: CacheControl, superseded };
    } catch (error) {
      if (error instanceof S3ServiceException && error.name === "NoSuchKey") return undefined;
      throw this.#failure("could not be read", name, error);
    }
  }

  /** Makes an object that is not there; false when somebody else has made it meanwhile. */
  async add(name: string, file: StaticFile): Promise<boolean> {
    try {
      await this.#client.send(new PutObjectCommand({ ...this.#put(name, file), IfNoneMatch: "*" }));
      return true;
    } catch (error) {
      // 409: another write of the same name is under way.
      if (error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0)) {
        return false;
      }
      throw this.#failure("could not be written", name, error);
    }
  }

  /** Writes it anew: with no tag, and with this file's headers. */
  async renew(name: string, file: StaticFile): Promise<void> {
    try {
      await this.#client.send(new PutObjectCommand(this.#put(name, file)));
    } catch (error) {
      throw this.#failure("could not be written anew", name, error);
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#client.destroy();
  }

  #put(name: string, { type, cacheControl, identity: { body } }: StaticFile) {
    return {
      Bucket: this.#bucket,
      Key: keyOf(name),
      Body: body,
      ContentType: type,
      CacheControl: cacheControl,
      // S3 refuses a body that is not what was summed up.
      ChecksumSHA256: createHash("sha256").update(body).digest("base64"),
    };
  }

  #failure(what: string, name: string, cause: unknown): Error {
    return new Error(`${this.url(name)} ${what}: ${reasonOf(cause)}`, { cause });
  }
}

function keyOf(name: string): string {
  return `assets/${name}`;
}

/** Status, code and message of S3's answer; of anything else what it says. */
function reasonOf(error: unknown): string {
  if (error instanceof S3ServiceException && error.$metadata.httpStatusCode !== undefined) {
    return `${error.$metadata.httpStatusCode} ${error.name}: ${error.message}`;
  }
  return messageOf(error);
}
