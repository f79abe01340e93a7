import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { crc32 } from "node:zlib";

import { AwsError } from "../../aws/model.ts";

function crc32Of(body: Buffer): string {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return sum.toString("base64");
}

const digest =
  (algorithm: string) =>
  (body: Buffer): string =>
    createHash(algorithm).update(body).digest("base64");

const SUMS: ReadonlyMap<string, (body: Buffer) => string> = new Map([
  ["content-md5", digest("md5")],
  ["x-amz-checksum-crc32", crc32Of],
  ["x-amz-checksum-sha1", digest("sha1")],
  ["x-amz-checksum-sha256", digest("sha256")],
]);

/**
 * Throws BadDigest for a body that is not what its sender summed up. CRC-32C and CRC-64/NVME are not calculated here: the
 * signature covers the body's SHA-256 anyway, unless it says UNSIGNED-PAYLOAD.
 */
export function checkSums(headers: IncomingHttpHeaders, body: Buffer): void {
  for (const [name, sum] of SUMS) {
    const given = headers[name];
    if (given === undefined || given === sum(body)) continue;
    throw new AwsError("BadDigest", `The ${name} you specified did not match what we received.`);
  }
}
