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

const app = join(checkout, "app");
const node = join(nodeDir, "node");

/** Builds the app's image from app/Dockerfile, unless one of the same sources is there; answers its local name. */
export async function buildImage(): Promise<string> {
  const base = await ensureBaseImage(node, detail);
  const lock = await readFile(join(checkout, "package-lock.json"), "utf8");
  // Debian's packages in the base are of the day it was made on: another base is another image.
  const name = `localhost/twinstack/app:${await contentHash(app, lock, await imageId(base))}`;
  if (await hasImage(name)) return name;
  detail("image: app");
  // npm runs the build script with the pinned Node first on PATH.
  const env = { ...process.env, PATH: `${nodeDir}:${process.env["PATH"] ?? ""}` };
  await run("npm", ["run", "build", "--workspace", "app", "--silent"], { cwd: checkout, env });
  const context = await mkdtemp(join(tmpdir(), "twinstack-image-"));
  try {
    await stage(app, ["package.json", "dist"], context);
    await bud(context, join(app, "Dockerfile"), name, { BASE_IMAGE: base });
  } finally {
    await rm(context, { recursive: true, force: true });
  }
  return name;
}

/** Pushes a local image to the repository's registry; answers the reference by digest that the cluster pulls. */
export async function pushImage(name: string, repositoryUrl: string): Promise<string> {
  const slash = repositoryUrl.indexOf("/");
  const [registry, repository] = [repositoryUrl.slice(0, slash), repositoryUrl.slice(slash + 1)];
  const { addresses } = await callRegion("dns/resolve", { name: registry });
  if (addresses[0] === undefined)
    throw new UserError(`the registry ${registry} has no address: run "make up" again`);
  const tag = name.slice(name.lastIndexOf(":") + 1);
  const folder = await mkdtemp(join(tmpdir(), "twinstack-push-"));
  try {
    const digestFile = join(folder, "digest");
    const target = `docker://${PUSH_ADDRESS}/${repository}:${tag}`;
    const push = ["--tls-verify=false", "--digestfile", digestFile, name, target];
    await buildahIn(registryNamespace(scope()), "push", ...push);
    return `${repositoryUrl}@${(await readFile(digestFile, "utf8")).trim()}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the environment's registry has an image of its repository, given by digest. */
export async function isPushed(image: string): Promise<boolean> {
  const [name = "", digest = ""] = image.split("@");
  const repository = name.slice(name.indexOf("/") + 1);
  const program = join(checkout, "local/parts/registry/manifest-status.ts");
  const url = `http://${PUSH_ADDRESS}/v2/${repository}/manifests/${digest}`;
  const inside = [`--net=${registryNamespace(scope())}`, "--", node, program, url];
  const status = await run("nsenter", inside, { env: withoutProxies(process.env) });
  if (status === "200" || status === "404") return status === "200";
  throw new UserError(`the registry answers HTTP ${status} when it is asked for ${image}`);
}
