import { createHash } from "node:crypto";
import { buildImage, pushImage } from "../../doorways/image.ts";
import { buildah } from "../../local/image/buildah.ts";

/**
 * Pushes an image that differs from the app's in what `buildah config` is told, e.g. a label. Answers its reference by digest. Nothing
 * of it stays in this machine's storage.
 */
export async function otherImage(repositoryUrl: string, ...config: readonly string[]): Promise<string> {
  const base = await buildImage();
  const container = (await buildah("from", "--pull-never", base)).trim();
  // A tag may mean one image only.
  const name = `${base}-${createHash("sha256").update(config.join("\0")).digest("hex").slice(0, 8)}`;
  try {
    await buildah("config", ...config, container);
    await buildah("commit", "--timestamp", "0", container, name);
    return await pushImage(name, repositoryUrl);
  } finally {
    await buildah("rm", container);
    await buildah("rmi", "--force", name);
  }
}
