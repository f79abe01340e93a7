import { hostname, userInfo } from "node:os";
import { rollOut, type Request } from "../rollout/driver.ts";
import { follow } from "../rollout/follow.ts";
import { RolloutEnded } from "../rollout/outcome.ts";
import { PAUSES, type Phase } from "../rollout/phases.ts";
import { jsonLines, plain, type Tell } from "../rollout/progress.ts";
import { parseSteps } from "../rollout/steps.ts";
import { tellHolder } from "../rollout/tell-holder.ts";
import type { World } from "../rollout/world.ts";
import { HolderStopped } from "../local/toolchain/lock.ts";
import { RegionError } from "../local/region/region-error.ts";
import { buildImage, isPushed, pushImage } from "./image.ts";
import { localWorld } from "./local-world.ts";
import { releasedImage } from "./output.ts";
import { prepareMachine } from "./prepare.ts";
import { configText, isPreparedWith, plainOutputs, platformStack, releaseStack } from "./stack.ts";
import { UserError } from "./user-error.ts";

/** `make rollout [IMAGE=<reference by digest>] [STEPS=10,50,100] [JSON=1]`. Without IMAGE the checkout's app is built. */
export async function rollout(): Promise<void> {
  const steps = parseSteps(process.env["STEPS"]);
  const wanted = process.env["IMAGE"];
  const pauseBefore = pauseOf(process.env["PAUSE"]);
  refuseOtherEnvironments();
  const world = await refusing(async () => {
    const { repositoryUrl } = await repository();
    if (wanted !== undefined) refuseMutable(wanted, repositoryUrl);
    await prepareMachine();
    return localWorld();
  });
  await run(world, {
    kind: "rollout",
    steps,
    pauseBefore,
    by: whoever(),
    image: async (from) => {
      if (wanted !== undefined && !(await isPushed(wanted))) {
        throw new RolloutEnded("failedBeforeTraffic", `the registry has no image ${wanted}: push it first`);
      }
      const image =
        wanted ??
        (await refusing(async () => pushImage(await buildImage(), (await repository()).repositoryUrl)));
      await refuseIdentical(from, image);
      return image;
    },
  });
}

/** `make promote`: a rollout that waits at its `PAUSE` goes on; one that is held keeps the new colour. */
export async function promote(): Promise<void> {
  refuseOtherEnvironments();
  const { records } = await refusing(localWorld);
  const { current } = (await records.read()).record;
  if (current === null || (current.pauseBefore === null && current.held === null)) {
    throw new RolloutEnded("refused", "no rollout waits: start one with PAUSE=<phase>");
  }
  await tellHolder(records, { mayPass: true });
  const how =
    current.held === null ? `goes on past its pause before ${current.pauseBefore ?? ""}` : "keeps it";
  process.stderr.write(`the ${current.kind} to ${current.to} ${how}\n`);
}

/** `make rollback`: a rollout that is under way is taken back; else requests go back to the colour that served before. */
export async function rollback(): Promise<void> {
  refuseOtherEnvironments();
  const world = await refusing(localWorld);
  const asked = await tellHolder(world.records, { wanted: "rolledBack", why: "taken back by make rollback" });
  if (asked !== undefined) {
    const { tell, elapsed } = teller();
    const { outcome, reason } = await follow(world, asked.id, tell);
    tell({ event: "end", outcome, reason, seconds: elapsed() });
    if (outcome === "rolledBack" || outcome === "failedBeforeTraffic") return;
    throw new RolloutEnded(
      "undecided",
      outcome === "promoted"
        ? "the rollout had ended before it could be taken back: run the command again"
        : reason,
    );
  }
  await run(world, {
    kind: "rollback",
    steps: [100],
    by: whoever(),
    image: async (_from, to) => {
      const image = await releasedImage(to);
      if (image !== null) return image;
      throw new RolloutEnded("refused", `${to} was never released: there is nothing to go back to`);
    },
  });
}

interface Teller {
  readonly tell: Tell;
  /** Seconds since the command began to work. */
  readonly elapsed: () => number;
}

function teller(): Teller {
  const began = performance.now();
  const elapsed = (): number => (performance.now() - began) / 1000;
  const tell =
    process.env["JSON"] === "1"
      ? jsonLines((line) => process.stdout.write(line), elapsed)
      : plain((line) => process.stderr.write(line), elapsed);
  return { tell, elapsed };
}

async function run(world: World, request: Request): Promise<void> {
  const { tell, elapsed } = teller();
  try {
    const { to } = await rollOut(world, request, tell);
    tell({ event: "end", outcome: "promoted", reason: `${to} serves all requests`, seconds: elapsed() });
  } catch (error) {
    if (error instanceof RolloutEnded) {
      tell({ event: "end", outcome: error.outcome, reason: error.message, seconds: elapsed() });
    }
    throw error;
  }
}

const whoever = (): string => `${userInfo().username}@${hostname()}, process ${process.pid}`;

/** What fails before anything is changed is a refusal, whoever refused. */
async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const expected = [UserError, RegionError, HolderStopped].some((kind) => error instanceof kind);
    throw expected ? new RolloutEnded("refused", (error as Error).message) : error;
  }
}

function pauseOf(text: string | undefined): Phase | undefined {
  if (text === undefined) return undefined;
  const found = PAUSES.find((phase) => phase === text);
  if (found) return found;
  throw new RolloutEnded("refused", `PAUSE is ${JSON.stringify(text)}: write one of ${PAUSES.join(", ")}`);
}

function refuseOtherEnvironments(): void {
  const environment = process.env["ENV"] ?? platformStack;
  if (environment === platformStack) return;
  throw new RolloutEnded(
    "refused",
    `ENV is ${JSON.stringify(environment)}: only ${platformStack} can be released by this command yet`,
  );
}

async function repository(): Promise<{ readonly repositoryUrl: string }> {
  const { registry } = await plainOutputs(platformStack);
  return registry as { repositoryUrl: string };
}

function refuseMutable(image: string, repositoryUrl: string): void {
  if (image.startsWith(`${repositoryUrl}@`) && /@sha256:[0-9a-f]{64}$/.test(image)) return;
  throw new RolloutEnded(
    "refused",
    `IMAGE is ${JSON.stringify(image)}: write an image of the environment's repository by digest, ` +
      `${repositoryUrl}@sha256:<64 hex digits>; a tag may mean another image tomorrow`,
  );
}

/** An image with another configuration is another release. */
async function refuseIdentical(from: "blue" | "green", image: string): Promise<void> {
  if (!(await isPreparedWith(releaseStack(from), await configText(image)))) return;
  throw new RolloutEnded(
    "refused",
    `${from} serves this image with this configuration already (${image}); change the app, Pulumi.${platformStack}.yaml, or IMAGE`,
  );
}
