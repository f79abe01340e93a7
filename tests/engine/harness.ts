import { rm } from "node:fs/promises";
import {
  startCommand,
  startEngine,
  type CommandResult,
  type EngineResult,
  type RunningCommand,
} from "./harness/cli.ts";
import { processesWith } from "./harness/processes.ts";
import { makeWorkspace, writeProgramText, type Workspace } from "./harness/workspace.ts";

/** A command of the CLI takes 1 to 3 s on an idle machine, a test a few of them: jest's 5 s are too few. */
jest.setTimeout(120_000);

export type { CommandResult, EngineResult, RunningCommand } from "./harness/cli.ts";
export type { Diagnostic, Operation } from "./harness/events.ts";
export { processesWith, until } from "./harness/processes.ts";
export { CHECKOUT } from "./harness/workspace.ts";

export interface StackOptions {
  /**
   * The program: TypeScript text (anything with a newline in it), or the name of a folder below
   * `tests/engine/programs/` with an `index.ts`. It may import any package of the checkout; files of the checkout
   * by absolute path (`${CHECKOUT}/infra/…`).
   */
  readonly program: string;
  /** Stack config by full key (`aws:region`, `<project>:zones`); lists and records as they are. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default `dev`. */
  readonly stack?: string;
  /** Default `engine`. */
  readonly project?: string;
  /** Further environment of the CLI, its plugins and the program. */
  readonly env?: Readonly<Record<string, string>>;
  /** Folders with plugins that only a test needs, before `local/plugins` on PATH. */
  readonly plugins?: readonly string[];
  /**
   * Starts what the plugins need, such as a region, before the first command. It gets the environment the plugins
   * get (TWINSTACK_RUN and TWINSTACK_STATE name temporary folders that exist); what it answers is called by
   * `dispose`, before anything is removed.
   */
  readonly before?: (env: Readonly<NodeJS.ProcessEnv>) => Promise<() => Promise<void>>;
}

/** One resource of the exported state. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly initErrors?: readonly string[];
  readonly protect?: boolean;
}

export interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: StateResource }[];
  };
}

/**
 * A stack of the real Pulumi engine in a temporary folder.
 *
 * ```ts
 * const stack = await newStack({ program: `\nimport * as random from "@pulumi/random";\n…` });
 * afterAll(() => stack.dispose());
 * const up = await stack.up();
 * expect(up.changes).toEqual(["create pet"]);
 * ```
 *
 * Commands do not throw when Pulumi fails: the result has the exit code and the errors. `up`, `refresh`, `destroy`
 * and `import` do not preview first; with `--preview-only` they do nothing else.
 */
export class EngineStack {
  readonly #workspace: Workspace;
  readonly #name: string;
  readonly #stopServices: () => Promise<void>;

  constructor(workspace: Workspace, name: string, stopServices: () => Promise<void>) {
    this.#workspace = workspace;
    this.#name = name;
    this.#stopServices = stopServices;
  }

  /** The temporary folder of everything; also a text that is in the environment of all that was started. */
  get root(): string {
    return this.#workspace.root;
  }

  get env(): Readonly<NodeJS.ProcessEnv> {
    return this.#workspace.env;
  }

  up(args: readonly string[] = []): Promise<EngineResult> {
    return this.start("up", args).result;
  }

  preview(args: readonly string[] = []): Promise<EngineResult> {
    return this.start("preview", args).result;
  }

  refresh(args: readonly string[] = []): Promise<EngineResult> {
    return this.start("refresh", args).result;
  }

  destroy(args: readonly string[] = []): Promise<EngineResult> {
    return this.start("destroy", args).result;
  }

  /** Imports one resource, unprotected, without generating code (the stand-ins have no schema for that). */
  import(type: string, name: string, id: string): Promise<EngineResult> {
    return this.start("import", [type, name, id, "--generate-code=false", "--protect=false"]).result;
  }

  /** Starts a command and answers at once, for tests that interrupt it. */
  start(
    command: "up" | "preview" | "refresh" | "destroy" | "import",
    args: readonly string[] = [],
  ): RunningCommand<EngineResult> {
    const isPreview = command === "preview" || args.includes("--preview-only");
    const direct = isPreview ? [] : ["--yes", "--skip-preview"];
    return startEngine(this.#workspace, [command, ...direct, "--stack", this.#name, ...args]);
  }

  /** Any other command, with the stack selected, such as `["cancel", "--yes"]`. `input` goes to its stdin. */
  pulumi(args: readonly string[], input = ""): Promise<CommandResult> {
    return startCommand(this.#workspace, [...args, "--stack", this.#name], input).result;
  }

  /** Replaces the program's text. */
  async setProgram(text: string): Promise<void> {
    await writeProgramText(this.#workspace.project, text);
  }

  /** Sets config through the CLI; a secret goes through stdin and is encrypted. */
  async setConfig(key: string, value: string, secret = false): Promise<void> {
    succeeded(await this.pulumi(["config", "set", key, secret ? "--secret" : "--plaintext"], value));
  }

  /** The stack's outputs, secrets in clear. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { stdout } = succeeded(await this.pulumi(["stack", "output", "--json", "--show-secrets"]));
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  /** The state as stored: secrets are encrypted. */
  async exportState(): Promise<ExportedState> {
    return JSON.parse(await this.exportText()) as ExportedState;
  }

  async exportText(): Promise<string> {
    return succeeded(await this.pulumi(["stack", "export"])).stdout;
  }

  /** The resource of that name in the state; throws when it is not there. */
  async resource(name: string): Promise<StateResource> {
    const { deployment } = await this.exportState();
    const found = deployment.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
    if (found === undefined) {
      throw new Error(`no resource named ${name} in the state`);
    }
    return found;
  }

  /** Stops the services, ends what is left of the commands, removes the folder. Does not destroy: test that yourself. */
  async dispose(): Promise<void> {
    await this.#stopServices();
    for (const pid of await processesWith(this.root)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
          throw error;
        }
      }
    }
    await rm(this.root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Makes the project, starts the services and creates the stack, empty. */
export async function newStack(options: StackOptions): Promise<EngineStack> {
  const { program, config = {}, stack = "dev", project = "engine", env = {}, plugins = [] } = options;
  const workspace = await makeWorkspace({ project, stack, program, config, env, plugins });
  let made: EngineStack | undefined;
  try {
    const stop = (await options.before?.(workspace.env)) ?? (async () => {});
    made = new EngineStack(workspace, stack, stop);
    succeeded(await startCommand(workspace, ["stack", "init", stack]).result);
    return made;
  } catch (error) {
    await (made?.dispose() ?? rm(workspace.root, { recursive: true, force: true }));
    throw error;
  }
}

function succeeded(result: CommandResult): CommandResult {
  if (result.code !== 0) {
    throw new Error(`pulumi ended with ${result.code ?? "a signal"}: ${result.stderr.trim()}`);
  }
  return result;
}
