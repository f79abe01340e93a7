import { MemoryAccount } from "../../aws/testing.ts";
import { BUCKET, OBJECT } from "../../aws/services/s3/references.ts";
import type { PartDriver } from "../../region/part.ts";
import type { JsonObject, StoredResource } from "../../region/protocol.ts";
import { testMachine } from "../haproxy/testing.ts";
import { createS3Drivers, objectStoreOf } from "./driver.ts";

const quiet = (): void => undefined;
const machine = testMachine("127.98.37");
const store = objectStoreOf(machine);
let account: MemoryAccount;
let bucket: StoredResource;

function driver(type: string): PartDriver {
  const found = createS3Drivers(machine).find(({ types }) => types.includes(type));
  if (found === undefined) throw new Error(`no driver of ${type}`);
  return found;
}

async function make(type: string, inputs: JsonObject): Promise<StoredResource> {
  const resource = account.make(type, inputs);
  await driver(type).create(resource, quiet);
  return resource;
}

beforeEach(async () => {
  account = new MemoryAccount();
  bucket = await make(BUCKET, { bucket: "files-1" });
});
afterEach(() => store.removeBucket("files-1"));
afterAll(() => machine.remove());

const METADATA = { contentType: "text/plain", user: {}, tags: {} };

it("makes an object again and again, and deletes it once and more", async () => {
  const inputs = { bucket: "files-1", key: "a/b.txt", content: "hello", cacheControl: "max-age=60" };
  const object = await make(OBJECT, { ...inputs, tags: { colour: "blue" } });
  await driver(OBJECT).create(object, quiet);
  expect(store.list("files-1")).toMatchObject([
    {
      key: "a/b.txt",
      size: 5,
      etag: object.outputs["etag"],
      metadata: {
        contentType: "application/octet-stream",
        cacheControl: "max-age=60",
        tags: { colour: "blue" },
      },
    },
  ]);
  expect(await driver(OBJECT).present(object)).toBe(true);
  expect(await driver(OBJECT).observe?.(object)).toEqual({ inputs: {}, outputs: {} });
  await driver(OBJECT).delete(object, quiet);
  await driver(OBJECT).delete(object, quiet);
  expect([await driver(OBJECT).present(object), store.list("files-1")]).toEqual([false, []]);
});

it("shows what someone else wrote over it, and an update mends it", async () => {
  const object = await make(OBJECT, {
    bucket: "files-1",
    key: "a",
    content: "ours",
    contentType: "text/plain",
  });
  const { etag } = store.put("files-1", "a", Buffer.from("theirs"), {
    ...METADATA,
    cacheControl: "no-store",
  });
  expect(await driver(OBJECT).observe?.(object)).toEqual({
    inputs: { content: "theirs", cacheControl: "no-store" },
    outputs: { etag },
  });
  await driver(OBJECT).update(object, object, quiet);
  expect(store.get("files-1", "a")?.bytes.toString()).toBe("ours");
  expect(await driver(OBJECT).observe?.(object)).toEqual({ inputs: {}, outputs: {} });
});

it("deletes a bucket with others' objects in it only when told", async () => {
  store.put("files-1", "theirs", Buffer.from("a"), METADATA);
  await expect(driver(BUCKET).delete(bucket, quiet)).rejects.toThrow(
    "The bucket you tried to delete is not empty",
  );
  expect(store.head("files-1", "theirs")).toBeDefined();
  await driver(BUCKET).delete({ ...bucket, inputs: { ...bucket.inputs, forceDestroy: true } }, quiet);
  expect(await driver(BUCKET).present(bucket)).toBe(false);
  await driver(BUCKET).delete(bucket, quiet);
});

it("makes no object in a bucket that was removed by hand, and tells that it is gone", async () => {
  const object = await make(OBJECT, { bucket: "files-1", key: "a", content: "a" });
  store.removeBucket("files-1");
  expect([await driver(BUCKET).present(bucket), await driver(OBJECT).present(object)]).toEqual([
    false,
    false,
  ]);
  await expect(driver(OBJECT).update(object, object, quiet)).rejects.toThrow(
    "The specified bucket does not exist",
  );
});

it.each(["../etc", "a/b", "..", "a..b", ""])("never goes to the folder of a bucket called %j", (name) => {
  expect(() => store.makeBucket(name)).toThrow("is no bucket's name");
});
