import type { Logger } from "../logging.ts";
import type { StaticFile } from "../static.ts";
import type { AssetsBucket, StoredAsset } from "./bucket.ts";

/** Files that are looked at or written at the same time. */
const AT_ONCE = 8;
/** Of a file that others write at the same moment. */
const TRIES = 3;

/** `stale`: the same content, about to be removed or with other headers. `other`: another content. */
type State = "missing" | "current" | "stale" | "other";

/**
 * Brings the bucket to have every asset of this image, as the API would serve it. Only adds: what other releases have
 * stays. A name that has another content there is refused before anything is written. Compressed twins stay in the image:
 * CloudFront compresses.
 *
 * @throws Error naming the objects, and why.
 */
export async function uploadAssets(
  assets: ReadonlyMap<string, StaticFile>,
  bucket: AssetsBucket,
  logger: Logger,
): Promise<void> {
  const looked = await eachOf([...assets], async ([name, file]) => ({
    name,
    file,
    state: stateOf(file, await bucket.find(name)),
  }));
  const others = looked.filter(({ state }) => state === "other").map(({ name }) => bucket.url(name));
  if (others.length > 0) throw otherContent(others);

  const missing = looked.filter(({ state }) => state === "missing");
  const stale = looked.filter(({ state }) => state === "stale");
  await eachOf(missing, ({ name, file }) => add(name, file, bucket));
  await eachOf(stale, ({ name, file }) => bucket.renew(name, file));
  logger.info("assets uploaded", {
    added: missing.map(({ name }) => name),
    renewed: stale.map(({ name }) => name),
    present: looked.length - missing.length - stale.length,
  });
}

/** The other colour's release may put up the same file: who comes second finds it there, or tries again. */
async function add(name: string, file: StaticFile, bucket: AssetsBucket): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    if (await bucket.add(name, file)) return;
    const state = stateOf(file, await bucket.find(name));
    if (state === "other") throw otherContent([bucket.url(name)]);
    if (state === "stale") await bucket.renew(name, file);
    if (state !== "missing") return;
  }
  throw new Error(
    `${bucket.url(name)} could not be written: S3 says that others write it, and it is not there.`,
  );
}

function stateOf(file: StaticFile, stored: StoredAsset | undefined): State {
  if (stored === undefined) return "missing";
  if (!file.identity.body.equals(stored.body)) return "other";
  const same = stored.type === file.type && stored.cacheControl === file.cacheControl;
  return same && !stored.superseded ? "current" : "stale";
}

function otherContent(urls: readonly string[]): Error {
  return new Error(
    `${urls.join(", ")}: there with another content than this image's. Pages that are open ask for what is there, so it ` +
      "is not written over: build the image so that other content has another name.",
  );
}

async function eachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  // Shared: each worker takes the next that nobody has taken.
  const rest = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
