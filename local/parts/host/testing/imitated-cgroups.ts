import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { Hierarchy } from "../controllers.ts";

/**
 * An ordinary folder that behaves as a cgroup v2 hierarchy where `controllers.ts` looks: a cgroup hands down only what
 * its parent hands to it (ENOENT), a controller that a child hands on cannot be taken from its parent (EBUSY), and a
 * cgroup has one limit file for each controller that it has.
 */
export class ImitatedCgroups implements Hierarchy {
  readonly root: string;
  readonly record: string;
  /** What the kernel refuses whatever the state: `/ +cpu` is the root's, `twinstack +cpu` a child's. */
  refused: readonly string[] = [];
  /** Every line written, in the form of `refused`. */
  readonly written: string[] = [];
  readonly #folder = mkdtempSync(join(tmpdir(), "twinstack-cgroups-"));

  /** A root that has `controllers` and hands `on` down already. */
  constructor(controllers: string, on = "") {
    this.root = join(this.#folder, "root");
    this.record = join(this.#folder, "record.json");
    mkdirSync(this.root);
    writeFileSync(join(this.root, "cgroup.controllers"), `${controllers}\n`);
    writeFileSync(join(this.root, "cgroup.subtree_control"), `${on}\n`);
  }

  /** What the cgroup hands down. */
  on(path: string): readonly string[] {
    return this.#words(join(this.root, path, "cgroup.subtree_control"));
  }

  write(file: string, line: string): void {
    const path = relative(this.root, dirname(file));
    const place = `${path || "/"} ${line}`;
    this.written.push(place);
    if (this.refused.includes(place)) throw new Error("EBUSY: resource busy or locked, write");
    const name = line.slice(1);
    if (line.startsWith("+")) {
      if (!this.#words(join(this.root, path, "cgroup.controllers")).includes(name))
        throw new Error("ENOENT: no such file or directory, write");
      writeFileSync(file, `${[...this.on(path), name].join(" ")}\n`);
    } else {
      if (this.#children(path).some((child) => this.on(child).includes(name)))
        throw new Error("EBUSY: resource busy or locked, write");
      writeFileSync(
        file,
        `${this.on(path)
          .filter((each) => each !== name)
          .join(" ")}\n`,
      );
    }
    for (const child of this.#children(path)) this.#give(child);
  }

  make(folder: string): void {
    if (existsSync(folder)) return;
    mkdirSync(folder);
    writeFileSync(join(folder, "cgroup.subtree_control"), "\n");
    this.#give(relative(this.root, folder));
  }

  remove(folder: string): void {
    rmSync(folder, { recursive: true });
  }

  /** Removes the folder itself. */
  clear(): void {
    rmSync(this.#folder, { recursive: true });
  }

  /** A child has what its parent hands down. */
  #give(path: string): void {
    const controllers = this.on(dirname(path));
    writeFileSync(join(this.root, path, "cgroup.controllers"), `${controllers.join(" ")}\n`);
    for (const name of controllers) {
      const limit = join(this.root, path, `${name}.max`);
      if (!existsSync(limit)) writeFileSync(limit, "max\n");
    }
  }

  #children(path: string): readonly string[] {
    return readdirSync(join(this.root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  }

  #words(file: string): readonly string[] {
    return readFileSync(file, "utf8").split(/\s+/).filter(Boolean);
  }
}
