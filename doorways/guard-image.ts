import { buildImage, GUARD, imageName, pushedDigest, pushImage, tagOf } from "./image.ts";
import { clusterStack, plainOutputs, platformStack, stackExists } from "./stack.ts";
import { step } from "./say.ts";

/**
 * The guard's image in the registry, by digest. It is built where the registry does not have it: on the first `make up` while the
 * platform is being made.
 */
export class GuardImage {
  readonly #built: Promise<string> | undefined;

  constructor() {
    this.#built = stackExists(clusterStack) ? undefined : buildImage(GUARD);
    // A failed build must not end the process while the platform is being made; it is awaited below.
    this.#built?.catch(() => undefined);
  }

  /** Builds and pushes it unless it is there. The platform is up. */
  async pushed(): Promise<string> {
    const { repositoryUrl } = (await plainOutputs(platformStack))["guard"] as { repositoryUrl: string };
    const name = await (this.#built ?? imageName(GUARD));
    const digest = await pushedDigest(repositoryUrl, tagOf(name));
    if (digest !== undefined) return `${repositoryUrl}@${digest}`;
    step("guard's image: build and push");
    return pushImage(await (this.#built ?? buildImage(GUARD)), repositoryUrl);
  }
}
