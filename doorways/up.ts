import { GuardImage } from "./guard-image.ts";
import { buildImage, pushImage } from "./image.ts";
import { readOutput } from "./output.ts";
import { pageAnswers } from "./page.ts";
import { prepareMachine } from "./prepare.ts";
import { describeRollout, rolloutUnderWay } from "./rollout-record.ts";
import { step } from "./say.ts";
import { moveLocalStacks } from "./move-stacks.ts";
import {
  clusterStack,
  colours,
  operate,
  platformStack,
  preparedImage,
  prepareStack,
  releaseStack,
  plainOutputs,
  type Colour,
} from "./stack.ts";

/** Runs the release program of one colour with an image by digest. */
export async function release(colour: Colour, image: string): Promise<void> {
  await prepareStack(releaseStack(colour), image);
  step(`release: ${image} onto ${colour}`);
  await operate("up", releaseStack(colour), "--refresh");
}

/** What is released already is mended where it drifted, with the image it has; the weights are not touched. */
async function mendReleases(): Promise<void> {
  for (const colour of colours) {
    const image = await preparedImage(colour);
    if (image !== undefined) await release(colour, image);
  }
}

export async function up(): Promise<void> {
  await prepareMachine();
  await prepareStack(platformStack);
  const firstRelease = (await preparedImage("blue")) === undefined;
  const built = firstRelease ? buildImage() : undefined;
  // A failed build must not end the process while the platform is being made; it is awaited below.
  built?.catch(() => undefined);
  const guard = new GuardImage();
  await moveLocalStacks();
  step("platform");
  await operate("up", platformStack, "--refresh");
  const guardImage = await guard.pushed();
  step("cluster");
  await prepareStack(clusterStack, guardImage);
  await operate("up", clusterStack, "--refresh");
  if (built !== undefined) {
    const { repositoryUrl } = (await plainOutputs(platformStack))["registry"] as { repositoryUrl: string };
    step("image: build and push");
    await release("blue", await pushImage(await built, repositoryUrl));
  } else {
    const underWay = await rolloutUnderWay();
    if (underWay === undefined) await mendReleases();
    else step(`releases are left to the rollout that is under way: ${describeRollout(underWay)}`);
  }
  const { url, kubeconfig, release: state } = await readOutput();
  step(`waiting for ${url}`);
  await pageAnswers(url);
  step(`up. Live: ${state.live ?? "nothing"}`);
  process.stdout.write(`\n  page        ${url}\n  kubeconfig  ${kubeconfig}\n\n`);
}
