import { AwsError } from "../../aws/model.ts";
import { xml } from "./answers.ts";
import type { StoredObject } from "./object-store.ts";

const MOST_KEYS = 1000;
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** `encoding-type=url`: for keys that XML cannot hold. Slashes stay. */
function encoder(type: string | null): (text: string) => string {
  if (type === null) return xml;
  if (type === "url") return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
  throw new AwsError("InvalidArgument", `Invalid Encoding Method specified in Request: ${type}`);
}

function entry({ key, lastModified, etag, size }: StoredObject, encode: (text: string) => string): string {
  return `<Contents><Key>${encode(key)}</Key><LastModified>${lastModified}</LastModified><ETag>&quot;${etag}&quot;</ETag><Size>${size}</Size><StorageClass>STANDARD</StorageClass></Contents>`;
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
  const encodingType = query.get("encoding-type");
  const encode = encoder(encodingType);
  const token = query.get("continuation-token");
  const after =
    token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
  const found = new Map<string, string>();
  for (const object of objects.filter(({ key }) => key.startsWith(prefix))) {
    const end = delimiter === "" ? -1 : object.key.indexOf(delimiter, prefix.length);
    const name = end < 0 ? object.key : object.key.slice(0, end + delimiter.length);
    const text =
      end < 0 ? entry(object, encode) : `<CommonPrefixes><Prefix>${encode(name)}</Prefix></CommonPrefixes>`;
    if (Buffer.compare(Buffer.from(name), Buffer.from(after)) > 0) found.set(name, text);
  }
  const page = [...found].slice(0, Math.min(most, MOST_KEYS));
  const last = page.at(-1)?.[0];
  const truncated = page.length < found.size && last !== undefined;
  return [
    `<ListBucketResult ${NAMESPACE}>`,
    `<Name>${bucket}</Name><Prefix>${encode(prefix)}</Prefix>`,
    delimiter === "" ? "" : `<Delimiter>${encode(delimiter)}</Delimiter>`,
    encodingType === null ? "" : "<EncodingType>url</EncodingType>",
    `<MaxKeys>${Math.min(most, MOST_KEYS)}</MaxKeys><KeyCount>${page.length}</KeyCount>`,
    `<IsTruncated>${String(truncated)}</IsTruncated>`,
    truncated
      ? `<NextContinuationToken>${Buffer.from(last).toString("base64url")}</NextContinuationToken>`
      : "",
    ...page.map(([, text]) => text),
    "</ListBucketResult>",
  ].join("");
}

/** When a bucket was made is not recorded: a date that any client can read. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export function bucketListing(owner: string, buckets: readonly string[]): string {
  const each = [...buckets]
    .sort()
    .map(
      (name) =>
        `<Bucket><Name>${xml(name)}</Name><CreationDate>1970-01-01T00:00:00.000Z</CreationDate></Bucket>`,
    );
  return `<ListAllMyBucketsResult ${NAMESPACE}><Owner><ID>${owner}</ID></Owner><Buckets>${each.join("")}</Buckets></ListAllMyBucketsResult>`;
}
