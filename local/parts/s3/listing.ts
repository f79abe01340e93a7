import { AwsError } from "../../aws/model.ts";
import { xml } from "./answers.ts";
import type { StoredObject } from "./object-store.ts";

const MOST_KEYS = 1000;

function entry({ key, lastModified, etag, size }: StoredObject): string {
  return `<Contents><Key>${xml(key)}</Key><LastModified>${lastModified}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
}

/**
 * A ListBucketResult of `objects` (sorted by key) by the call's own parameters. The continuation token is the last key or
 * common prefix of the page before. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listing(bucket: string, objects: readonly StoredObject[], query: URLSearchParams): string {
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const most = Number(query.get("max-keys") ?? MOST_KEYS);
  if (!Number.isInteger(most) || most < 0) {
    throw new AwsError("InvalidArgument", `max-keys must be a whole number, got "${query.get("max-keys")}"`);
  }
  if (query.get("encoding-type") !== null) {
    throw new AwsError("NotImplemented", "encoding-type is not implemented");
  }
  const token = query.get("continuation-token");
  const after =
    token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
  const found = new Map<string, string>();
  for (const object of objects.filter(({ key }) => key.startsWith(prefix))) {
    const end = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    const text = end < 0 ? entry(object) : `<CommonPrefixes><Prefix>${xml(name)}</Prefix></CommonPrefixes>`;
    if (Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0) found.set(name, text);
  }
  const page = [...found].slice(0, Math.min(most, MOST_KEYS));
  const last = page.at(-1)?.[0];
  const truncated = page.length < found.size && last !== undefined;
  return [
    '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
    `<Name>${bucket}</Name><Prefix>${xml(prefix)}</Prefix>`,
    delimiter === "" ? "" : `<Delimiter>${xml(delimiter)}</Delimiter>`,
    `<MaxKeys>${Math.min(most, MOST_KEYS)}</MaxKeys><KeyCount>${page.length}</KeyCount>`,
    `<IsTruncated>${String(truncated)}</IsTruncated>`,
    truncated
      ? `<NextContinuationToken>${Buffer.from(last).toString("base64url")}</NextContinuationToken>`
      : "",
    ...page.map(([, text]) => text),
    "</ListBucketResult>",
  ].join("");
}
