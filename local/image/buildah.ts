import { join } from "node:path";
import { cacheDir } from "../paths.ts";
import { withoutProxies } from "../proxy.ts";
import { run } from "../toolchain/run.ts";
import { withoutBlobInfo } from "./blob-info.ts";

/** Folder of the images' storage: in the tool cache, so that a base image is made once. */
export const imagesDir = (): string => join(cacheDir(), "images");

/** One step of an image, e.g. the copy of all its files, says nothing until it is done. */
const SILENT_MS = 15 * 60_000;

/** Runs buildah on the project's own storage; no daemon, no namespaces of its own, which need rights a container may lack. */
export function buildah(command: string, ...args: readonly string[]): Promise<string> {
  return untraced("buildah", [...storage(), command, ...args]);
}

/** As `buildah`, in a network namespace. */
export function buildahIn(
  namespacePath: string,
  command: string,
  ...args: readonly string[]
): Promise<string> {
  const inside = [`--net=${namespacePath}`, "--", "buildah", ...storage(), command, ...args];
  return untraced("nsenter", inside);
}

function untraced(program: string, args: readonly string[]): Promise<string> {
  const options = { env: environment(), silentMs: SILENT_MS };
  return withoutBlobInfo(() => run(program, args, options), join(imagesDir(), "no-blob-info-before"));
}

/** buildah pulls nothing, and the registry that it pushes to is a host of this machine: neither is behind a proxy. */
const environment = (): NodeJS.ProcessEnv => withoutProxies(process.env);

function storage(): readonly string[] {
  return [
    "--root",
    join(imagesDir(), "storage"),
    "--runroot",
    join(imagesDir(), "run"),
    "--storage-driver",
    "vfs",
  ];
}

/** The image's id: a hash of its configuration and layers. Rejects when it is not in the storage. */
export async function imageId(name: string): Promise<string> {
  return (await buildah("images", "--no-trunc", "--format", "{{.ID}}", name)).trim();
}

/** Whether the image is in the storage. */
export async function hasImage(name: string): Promise<boolean> {
  const names = await buildah("images", "--format", "{{.Name}}:{{.Tag}}");
  return names.split("\n").includes(name);
}

/**
 * Builds a Dockerfile: without the network, never pulling, with all times zero and without buildah's version, so that equal content
 * gives an equal digest.
 */
export async function bud(
  context: string,
  dockerfile: string,
  tag: string,
  args: Readonly<Record<string, string>> = {},
): Promise<void> {
  const buildArgs = Object.entries(args).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
  const fixed = [
    "--isolation",
    "chroot",
    "--timestamp",
    "0",
    "--identity-label=false",
    "--pull-never",
    "--layers=false",
  ];
  await buildah("bud", ...fixed, ...buildArgs, "-f", dockerfile, "-t", tag, context);
}
