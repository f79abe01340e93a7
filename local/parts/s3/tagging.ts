import { AwsError } from "../../aws/model.ts";
import { xml } from "./answers.ts";
import type { ObjectStore } from "./object-store.ts";

/** GetObjectTagging's answer. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html */
export function objectTagging(store: ObjectStore, bucket: string, key: string): string {
  const found = store.head(bucket, key);
  if (found === undefined) throw new AwsError("NoSuchKey", "The specified key does not exist.");
  const tags = Object.entries(found.metadata.tags).map(
    ([name, value]) => `<Tag><Key>${xml(name)}</Key><Value>${xml(value)}</Value></Tag>`,
  );
  return `<Tagging><TagSet>${tags.join("")}</TagSet></Tagging>`;
}
