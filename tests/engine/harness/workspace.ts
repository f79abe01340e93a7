import { cp, mkdir, mkdtemp, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { cacheDir } from "../../../local/paths.ts";
import { toolPath } from "../../../local/toolchain/tool.ts";

export const CHECKOUT = resolve(import.meta.dirname, "../../..");
export const PASSPHRASE = "engine tests only";

export interface Workspace {
  /** Everything of this stack; removed by `dispose`. */
  readonly root: string;
  /** The Pulumi project. */
  readonly project: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface WorkspaceOptions {
  readonly project: string;
  readonly stack: string;
  readonly program: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string>>;
  readonly plugins: readonly string[];
}

/**
 * A project in a temporary folder with a file backend, a Pulumi home, a TWINSTACK_STATE and a TWINSTACK_RUN of its
 * own. `node_modules` is a link to the checkout's, so a program imports the same packages.
 */
export async function makeWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = await mkdtemp(join(tmpdir(), "twinstack-engine-"));
  const project = join(root, "project");
  await Promise.all(
    ["project", "backend", "home", "run", "state", "tmp"].map((folder) => mkdir(join(root, folder))),
  );
  await writeProgram(project, options.program);
  await symlink(join(CHECKOUT, "node_modules"), join(project, "node_modules"));
  await writeFile(join(project, "package.json"), JSON.stringify({ type: "module" }));
  const description = { name: options.project, runtime: "nodejs", main: "index.ts" };
  await writeFile(join(project, "Pulumi.yaml"), JSON.stringify(description));
  await writeFile(join(project, `Pulumi.${options.stack}.yaml`), JSON.stringify({ config: options.config }));
  return { root, project, env: environment(root, options) };
}

async function writeProgram(project: string, program: string): Promise<void> {
  if (program.includes("\n")) {
    await writeProgramText(project, program);
  } else {
    await cp(join(CHECKOUT, "tests/engine/programs", program), project, { recursive: true });
  }
}

export async function writeProgramText(project: string, text: string): Promise<void> {
  await writeFile(join(project, "index.ts"), text);
}

/** Only what a command needs: credentials and Pulumi settings of the person who runs the tests stay out. */
function environment(root: string, { env, plugins }: WorkspaceOptions): NodeJS.ProcessEnv {
  const pulumi = toolPath("pulumi");
  const path = [...plugins, join(CHECKOUT, "local/plugins"), dirname(pulumi), process.env["PATH"] ?? ""];
  return {
    PATH: path.join(":"),
    HOME: root,
    // The language host leaves a folder with pipes there, one a run.
    TMPDIR: join(root, "tmp"),
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${join(root, "backend")}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    // `--event-log` is a debugging flag of the CLI.
    PULUMI_DEBUG_COMMANDS: "true",
    TWINSTACK_LANGUAGE_HOST: toolPath("pulumi-language-nodejs"),
    // Plugins find their tools where this process does, though HOME is another.
    TWINSTACK_CACHE: cacheDir(),
    // A coverage run does without: what comes out of the cache is counted coarsely.
    ...(process.env["NODE_DISABLE_COMPILE_CACHE"] !== undefined && { NODE_DISABLE_COMPILE_CACHE: "1" }),
    ...(process.env["TWINSTACK_TOOLS"] !== undefined && { TWINSTACK_TOOLS: process.env["TWINSTACK_TOOLS"] }),
    TWINSTACK_STATE: join(root, "state"),
    TWINSTACK_RUN: join(root, "run"),
    ...env,
  };
}
