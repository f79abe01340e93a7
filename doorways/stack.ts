import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { defaultStateDir, stateDir } from "../local/paths.ts";
import { writeFileAtomic } from "../local/parts/host/atomic-file.ts";
import { clusterStackName } from "../stacks/config/cluster-stack.ts";
import { readCheckpoint } from "./checkpoint.ts";
import { checkout } from "./checkout.ts";
import { backendDir, ensureBackend, pulumi, pulumiOutput } from "./pulumi.ts";
import { cancelStaleLock } from "./stack-lock.ts";
import { UserError } from "./user-error.ts";

export type Colour = "blue" | "green";
export const colours: readonly Colour[] = ["blue", "green"];
export const platformStack = "local";
export const clusterStack = clusterStackName(platformStack);
export const releaseStack = (colour: Colour): string => `${platformStack}-${colour}`;

/** Each stack after those that it reads outputs of: `up` goes this way, `down` the other. */
export const stacksInOrder: readonly string[] = [platformStack, clusterStack, ...colours.map(releaseStack)];

/** The live copies of the stacks' configuration: the CLI writes its encryption salt there, never into the checkout. */
const configDir = (): string => join(stateDir(), "config");
export const configFile = (stack: string): string => join(configDir(), `Pulumi.${stack}.yaml`);

const saltLine = /^encryptionsalt: .*$/m;

const stacksDir = (): string => join(backendDir(), "stacks/.pulumi/stacks/twinstack");
export const stackFile = (stack: string): string => join(stacksDir(), `${stack}.json`);

/** Whether the stack was ever made in the file backend. */
export function stackExists(stack: string): boolean {
  return existsSync(stackFile(stack));
}

/**
 * Makes the stack where it is not there and writes its live configuration: the checkout's Pulumi.local.yaml with
 * the state folder where TWINSTACK_STATE has it, the salt of this stack, and `image` for a release or for the cluster's guard. Rejects when Pulumi.local.yaml is not there: the CLI
 * would take that in silence as "no configuration" and delete what only configuration asked for.
 */
export async function prepareStack(stack: string, image?: string): Promise<void> {
  const source = join(checkout, `Pulumi.${platformStack}.yaml`);
  if (!existsSync(source)) {
    throw new UserError(`${source} is missing: restore it with "git checkout Pulumi.${platformStack}.yaml"`);
  }
  await ensureBackend();
  await mkdir(configDir(), { recursive: true, mode: 0o700 });
  const live = configFile(stack);
  if (!stackExists(stack)) {
    // The CLI writes the salt beside the Pulumi.yaml it finds: a copy in a folder of its own.
    await copyFile(join(checkout, "Pulumi.yaml"), join(configDir(), "Pulumi.yaml"));
    await rm(live, { force: true });
    await pulumiOutput(["stack", "init", stack, "--no-select"], configDir());
  }
  const salt = existsSync(live) ? saltLine.exec(await readFile(live, "utf8"))?.[0] : undefined;
  if (salt === undefined)
    throw new UserError(`${live} has lost its encryption salt: run "make down", then "make up"`);
  // Whole: without its salt the stack's secrets can never be read again.
  const key = stack === clusterStack ? "guardImage" : "image";
  writeFileAtomic(live, `${salt}\n${await configText(image, key)}`, { durable: true });
}

/** What a stack is prepared with, beside its salt. */
export async function configText(image?: string, key: "image" | "guardImage" = "image"): Promise<string> {
  const source = join(checkout, `Pulumi.${platformStack}.yaml`);
  const config = (await readFile(source, "utf8")).replaceAll(defaultStateDir, stateDir());
  return image === undefined
    ? config
    : config.replace(/^config:\n/m, `config:\n  twinstack:${key}: ${image}\n`);
}

/** Whether the stack was last prepared with just this. */
export async function isPreparedWith(stack: string, text: string): Promise<boolean> {
  const live = configFile(stack);
  return (
    existsSync(live) && (await readFile(live, "utf8")).replace(saltLine, "").trimStart() === text.trimStart()
  );
}

/** The image a release stack was last prepared with, or undefined. */
export function preparedImage(colour: Colour): Promise<string | undefined> {
  return preparedWith(releaseStack(colour));
}

/** The guard's image that the cluster's stack was last prepared with, or undefined. */
export function preparedGuard(): Promise<string | undefined> {
  return preparedWith(clusterStack);
}

async function preparedWith(stack: string): Promise<string | undefined> {
  const live = configFile(stack);
  if (!stackExists(stack) || !existsSync(live)) return undefined;
  return /^ {2}twinstack:(?:image|guardImage): (\S+)$/m.exec(await readFile(live, "utf8"))?.[1];
}

type Operation = "up" | "preview" | "destroy" | "refresh";

/**
 * The CLI else writes the whole state twice a resource, some 120 MB for a platform that is about to be gone with its
 * state. One that is killed leaves the state as it was: to delete again what is gone is success, and `up` refreshes.
 */
const withoutCheckpoints = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" };

/** Runs one operation on a prepared stack where a person sees it; rejects with what to do when it fails. */
export async function operate(
  operation: Operation,
  stack: string,
  ...flags: readonly string[]
): Promise<void> {
  await cancelStaleLock(stack);
  await finishInterrupted(stack);
  const yes = operation === "preview" ? [] : ["--yes", "--skip-preview"];
  const args = [
    operation,
    "--stack",
    stack,
    "--config-file",
    configFile(stack),
    "--suppress-permalink",
    ...yes,
    ...flags,
  ];
  const env = operation === "destroy" ? withoutCheckpoints : {};
  const { code } = await pulumi(args, { show: true, env });
  if (code !== 0)
    throw new UserError(`pulumi ${operation} of the stack ${stack} failed; its own words stand above`);
}

/** A killed update leaves "creating" records. The stand-ins' creates are idempotent by URN, so the next `up` makes them good. */
export async function finishInterrupted(stack: string): Promise<void> {
  if (!(await readCheckpoint(stackFile(stack))).interrupted) return;
  const args = ["refresh", "--stack", stack, "--config-file", configFile(stack), "--yes", "--skip-preview"];
  const { code } = await pulumi([...args, "--clear-pending-creates"], { show: true });
  if (code !== 0)
    throw new UserError(
      `pulumi refresh of the stack ${stack}, which an interrupted run left half done, failed`,
    );
}

/** The stack's outputs that are not secret. */
export async function plainOutputs(stack: string): Promise<Readonly<Record<string, unknown>>> {
  return (await readCheckpoint(stackFile(stack))).outputs;
}

/** Stacks of this project in the backend. */
export async function existingStacks(): Promise<readonly string[]> {
  if (!existsSync(stacksDir())) return [];
  const files = await readdir(stacksDir());
  return files.filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length));
}
