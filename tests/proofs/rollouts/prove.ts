import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { checkout } from "../../../doorways/checkout.ts";
import { readOutput } from "../../../doorways/output.ts";
import { detail, step } from "../../../doorways/say.ts";
import { plainOutputs, platformStack } from "../../../doorways/stack.ts";
import { UserError } from "../../../doorways/user-error.ts";
import { installTools } from "../../../local/toolchain/install.ts";
import { make } from "../../e2e/doorway.ts";
import { otherImage } from "../../e2e/other-images.ts";
import { underLoad } from "./load.ts";
import { resultOf, Results, total, wrongWith, type Result } from "./results.ts";

/** No round begins later: the rest is for the next run. */
const LIMIT_MS = 45 * 60_000;

/**
 * `make prove-rollouts [ROLLOUTS=10] [SWITCHES=40] [RATE=100]`: moves all requests between two releases, again and again, under load: with
 * keep-alive in every second round. A run that was interrupted, or that reached 45 minutes, is gone on with by the same command. Fails on the first
 * request that fails.
 */
export async function prove(): Promise<void> {
  const wanted = { rollout: numberOf("ROLLOUTS", 10), switch: numberOf("SWITCHES", 40) };
  const rate = numberOf("RATE", 100);
  const { url } = await readOutput();
  await installTools(detail);
  const { repositoryUrl } = (await plainOutputs(platformStack))["registry"] as { repositoryUrl: string };
  const images = [
    await otherImage(repositoryUrl, "--label", "twinstack.test=one"),
    await otherImage(repositoryUrl, "--label", "twinstack.test=two"),
  ] as const;
  const folder = join(checkout, "loadtests/out");
  await mkdir(folder, { recursive: true });
  const results = new Results(join(folder, "prove-rollouts.jsonl"));
  await bothReleased(images);

  const began = performance.now();
  const done = async (kind: Result["kind"]): Promise<number> =>
    (await results.all()).filter((each) => each.kind === kind).length;
  for (const kind of ["rollout", "switch"] as const) {
    for (let round = await done(kind); round < wanted[kind]; round += 1) {
      if (performance.now() - began > LIMIT_MS) {
        step(`${total(await results.all())}; 45 minutes are over: run the same command again`);
        return;
      }
      const load = {
        url,
        rate,
        keepAlive: round % 2 === 0,
        digests: images.map(digestOf) as [string, string],
      };
      const { summary, seconds } = await underLoad(load, async () => moved(kind, images));
      const result = resultOf(summary, { kind, keepAlive: load.keepAlive, rate, seconds });
      await results.add(result);
      const wrong = wrongWith(result);
      step(
        `${kind} ${round + 1} of ${wanted[kind]}, keep-alive ${load.keepAlive ? "on" : "off"}: ${result.requests} requests, ` +
          `${result.failed} failed, ${seconds.toFixed(0)} s, p99 ${result.p99.toFixed(0)} ms`,
      );
      if (wrong !== undefined) throw new UserError(`${kind} ${round + 1}: ${wrong}`);
    }
  }
  step(total(await results.all()));
}

const digestOf = (image: string): string => image.slice(image.indexOf("@") + 1);

function numberOf(name: string, otherwise: number): number {
  const given = process.env[name];
  if (given === undefined) return otherwise;
  if (/^[1-9]\d{0,3}$/.test(given)) return Number(given);
  throw new UserError(`${name} is ${JSON.stringify(given)}: write a whole number from 1 to 9999`);
}

/** Both colours are to have one of the two images: the first rounds would else meet a third. */
async function bothReleased(images: readonly [string, string]): Promise<void> {
  for (let tries = 0; tries < 2; tries += 1) {
    const { release } = await readOutput();
    const { blue, green } = release;
    if ([blue.image, green.image].sort().join() === [...images].sort().join()) return;
    await released(otherThan(release.live === "blue" ? blue.image : green.image, images));
  }
}

const otherThan = (image: string | null, [one, two]: readonly [string, string]): string =>
  image === one ? two : one;

async function moved(kind: Result["kind"], images: readonly [string, string]): Promise<void> {
  if (kind === "switch") return commanded("rollback");
  const { live, blue, green } = (await readOutput()).release;
  return released(otherThan(live === "blue" ? blue.image : green.image, images));
}

const released = (image: string): Promise<void> => commanded("rollout", `IMAGE=${image}`);

async function commanded(name: string, ...variables: readonly string[]): Promise<void> {
  const { code, stderr } = await make(name, ...variables);
  if (code !== 0) throw new UserError(`make ${name} ended with ${code}: ${stderr.slice(-2_000)}`);
}
