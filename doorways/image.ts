import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBaseImage } from "../local/image/base.ts";
import { bud, buildahIn, hasImage, imageId } from "../local/image/buildah.ts";
import { contentHash } from "../local/image/content-hash.ts";
import { stage } from "../local/image/context.ts";
import { scope } from "../local/parts/host/scope.ts";
import { PUSH_ADDRESS, registryNamespace } from "../local/parts/registry/registry.ts";
import { callRegion } from "../local/region/client.ts";
import { withoutProxies } from "../local/proxy.ts";
import { run } from "../local/toolchain/run.ts";
import { checkout, nodeDir } from "./checkout.ts";
import { detail } from "./say.ts";
import { UserError } from "./user-error.ts";

const node = join(nodeDir, "node");

/** A program of ours that becomes an image. */
interface Program {
  readonly name: string;
  /** The folder whose files the image is made of. */
  readonly sources: string;
  /** Where its Dockerfile, package.json and `dist` are. */
  readonly folder: string;
  /** Writes `dist`. */
  readonly build: () => Promise<unknown>;
}

/** The app: pages, API, worker, migrations. */
export const APP: Program = {
  name: "app",
  sources: join(checkout, "app"),
  folder: join(checkout, "app"),
  build: () => npmRun("build", "--workspace", "app"),
};

/** The guard: the controller inside the cluster that moves the weights. */
export const GUARD: Program = {
  name: "guard",
  sources: join(checkout, "rollout"),
  folder: join(checkout, "rollout/guard"),
  build: () => npmRun("build:guard"),
};

/** npm runs the script with the pinned Node first on PATH. */
function npmRun(...script: readonly string[]): Promise<unknown> {
  const env = { ...process.env, PATH: `${nodeDir}:${process.env["PATH"] ?? ""}` };
  return run("npm", ["run", ...script, "--silent"], { cwd: checkout, env });
}

let base: Promise<string> | undefined;

/** Made once a process: on a first `make up` two images are built at the same time. */
function baseImage(): Promise<string> {
  base ??= ensureBaseImage(node, detail);
  return base;
}

/** The local name of a program's image: other sources, another name. Makes the base image where it is not there. */
export async function imageName(program: Program): Promise<string> {
  const lock = await readFile(join(checkout, "package-lock.json"), "utf8");
  // Debian's packages in the base are of the day it was made on: another base is another image.
  const hash = await contentHash(program.sources, lock, await imageId(await baseImage()));
  return `localhost/twinstack/${program.name}:${hash}`;
}

/** Builds a program's image, unless one of the same sources is there; answers its local name. */
export async function buildImage(program: Program = APP): Promise<string> {
  const { folder } = program;
  const name = await imageName(program);
  if (await hasImage(name)) return name;
  detail(`image: ${program.name}`);
  await program.build();
  const context = await mkdtemp(join(tmpdir(), "twinstack-image-"));
  try {
    await stage(folder, ["package.json", "dist"], context);
    await bud(context, join(folder, "Dockerfile"), name, { BASE_IMAGE: await baseImage() });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return name;
}

/** The tag of an image's local name: a hash of its sources. */
export const tagOf = (name: string): string => name.slice(name.lastIndexOf(":") + 1);

/** Pushes a local image to the repository's registry; answers the reference by digest that the cluster pulls. */
export async function pushImage(name: string, repositoryUrl: string): Promise<string> {
  const slash = repositoryUrl.indexOf("/");
  const [registry, repository] = [repositoryUrl.slice(0, slash), repositoryUrl.slice(slash + 1)];
  const { addresses } = await callRegion("dns/resolve", { name: registry });
  if (addresses[0] === undefined)
    throw new UserError(`the registry ${registry} has no address: run "make up" again`);
  const folder = await mkdtemp(join(tmpdir(), "twinstack-push-"));
  try {
    const digestFile = join(folder, "digest");
    const target = `docker://${PUSH_ADDRESS}/${repository}:${tagOf(name)}`;
    const push = ["--tls-verify=false", "--digestfile", digestFile, name, target];
    await buildahIn(registryNamespace(scope()), "push", ...push);
    return `${repositoryUrl}@${(await readFile(digestFile, "utf8")).trim()}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the environment's registry has an image of its repository, given by digest. */
export async function isPushed(image: string): Promise<boolean> {
  const [repositoryUrl = "", digest = ""] = image.split("@");
  return (await pushedDigest(repositoryUrl, digest)) !== undefined;
}

/** The digest of what the registry has under a tag or digest; undefined: nothing. */
export async function pushedDigest(repositoryUrl: string, reference: string): Promise<string | undefined> {
  const repository = repositoryUrl.slice(repositoryUrl.indexOf("/") + 1);
  const program = join(checkout, "local/parts/registry/manifest-status.ts");
  const url = `http://${PUSH_ADDRESS}/v2/${repository}/manifests/${reference}`;
  const inside = [`--net=${registryNamespace(scope())}`, "--", node, program, url];
  const answer = await run("nsenter", inside, { env: withoutProxies(process.env) });
  const [status = "", digest] = answer.split(" ");
  if (status === "200") return digest;
  if (status === "404") return undefined;
  throw new UserError(`the registry answers HTTP ${status} when it is asked for ${repository} ${reference}`);
}
