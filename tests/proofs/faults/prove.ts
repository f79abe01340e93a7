import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { checkout } from "../../../doorways/checkout.ts";
import { readOutput } from "../../../doorways/output.ts";
import { detail, step } from "../../../doorways/say.ts";
import { plainOutputs, platformStack } from "../../../doorways/stack.ts";
import { UserError } from "../../../doorways/user-error.ts";
import { installTools } from "../../../local/toolchain/install.ts";
import { make } from "../../e2e/doorway.ts";
import { whileRequesting } from "../../e2e/traffic.ts";
import { until } from "../../e2e/until.ts";
import { underLoad } from "../rollouts/load.ts";
import { resultOf } from "../rollouts/results.ts";
import { FAULTS, type Fault } from "./table.ts";
import { eventsOf, timesOf } from "./told.ts";

/** Longest time to find a fault, and from then to the weights. The issue's own. */
const DETECTED = 30;
const BACK = 5;
const RATE = 30;

/**
 * `make prove-faults [FAULT=<part of a name>]`: one rollout for each thing that may go wrong, under load. Prints a table; fails where one came to
 * something else than it must.
 */
export async function prove(): Promise<void> {
  const wanted = process.env["FAULT"] ?? "";
  const faults = FAULTS.filter(({ name }) => name.includes(wanted));
  if (faults.length === 0) {
    throw new UserError(
      `FAULT is ${JSON.stringify(wanted)}: write a part of ${FAULTS.map(({ name }) => name).join("; ")}`,
    );
  }
  const { url } = await readOutput();
  await installTools(detail);
  const { repositoryUrl } = (await plainOutputs(platformStack))["registry"] as { repositoryUrl: string };
  const wrong: string[] = [];
  process.stdout.write(
    "| fault | exit | found after | weights back after | requests | failed |\n|---|---|---|---|---|---|\n",
  );
  for (const fault of faults) {
    step(fault.name);
    for (const reason of await proved(fault, url, repositoryUrl)) wrong.push(`${fault.name}: ${reason}`);
  }
  if (wrong.length > 0) throw new UserError(`not as it must be:\n  ${wrong.join("\n  ")}`);
}

async function proved(fault: Fault, url: string, repositoryUrl: string): Promise<readonly string[]> {
  const image = await fault.image(repositoryUrl);
  const { release } = await readOutput();
  const serving = (release.live === "blue" ? release.blue : release.green).image ?? "";
  let ended = { code: -1, stdout: "" };
  const digests = [serving, image].map((each) => each.slice(each.indexOf("@") + 1)) as [string, string];
  const { summary, seconds } = await underLoad({ url, rate: RATE, keepAlive: true, digests }, async () => {
    ended = await rolledOut(image, fault.strike);
  });
  const load = resultOf(summary, { kind: "rollout", keepAlive: true, rate: RATE, seconds });
  const { detected, back } = timesOf(ended.stdout);
  const shown = (time: number | undefined): string => (time === undefined ? "" : `${time.toFixed(1)} s`);
  process.stdout.write(
    `| ${fault.name} | ${ended.code} | ${shown(detected)} | ${shown(back)} | ${load.requests} | ${load.failed} |\n`,
  );
  const wrong = [
    !fault.exits.includes(ended.code) && `it ended with ${ended.code}, not ${fault.exits.join(" or ")}`,
    (detected ?? 0) > (fault.foundWithin ?? DETECTED) && "it was found too late",
    (back ?? 0) > BACK && "the weights were back too late",
    fault.dropsNothing && load.failed > 0 && `${load.failed} requests failed`,
    await restless(url),
  ];
  return wrong.filter((each) => typeof each === "string");
}

/** Whatever happened: one colour has everything soon, no rollout is left, and requests are answered. */
async function restless(url: string): Promise<string | undefined> {
  await until(
    "no rollout to be under way",
    async () => ((await make("status")).stdout.includes("\nrollout ") ? undefined : true),
    120_000,
  );
  const { weights } = (await readOutput()).release;
  if (Math.max(weights.blue, weights.green) !== 100)
    return `the weights are blue ${weights.blue} green ${weights.green}`;
  const { failures } = await whileRequesting(`${url}/api/version`, () => delay(3_000), 100);
  return failures.length === 0
    ? undefined
    : `${failures.length} requests failed afterwards: ${failures[0] ?? ""}`;
}

async function rolledOut(
  image: string,
  strike: (() => Promise<void>) | undefined,
): Promise<{ code: number; stdout: string }> {
  const child = spawn(join(checkout, "bin/twinstack"), ["rollout"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, IMAGE: image, JSON: "1" },
  });
  let stdout = "";
  let striking: Promise<void> | undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    if (strike === undefined || striking !== undefined) return;
    if (eventsOf(stdout.slice(0, stdout.lastIndexOf("\n") + 1)).some(({ event }) => event === "weights"))
      striking = strike();
  });
  const [code] = (await once(child, "close")) as [number | null];
  await striking;
  return { code: code ?? -1, stdout };
}
