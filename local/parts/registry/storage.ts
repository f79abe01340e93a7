import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The registry's folders (distribution's `registry/storage/paths.go`), read here because they outlive the process. */
export class Storage {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** Digests of the manifests a repository holds; a deleted manifest leaves its folder without a link. */
  manifests(repository: string): readonly string[] {
    const revisions = join(this.#folder(repository), "_manifests", "revisions", "sha256");
    return entries(revisions)
      .filter((digest) => entries(join(revisions, digest)).includes("link"))
      .map((digest) => `sha256:${digest}`);
  }

  /** Forgets a repository. Its blobs go with the next garbage collection: others may share them. */
  remove(repository: string): void {
    rmSync(this.#folder(repository), { recursive: true, force: true });
  }

  #folder(repository: string): string {
    return join(this.root, "docker", "registry", "v2", "repositories", ...repository.split("/"));
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
