import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newStack, CHECKOUT, type EngineStack, type StackOptions } from "../../harness.ts";

export interface JournalLine {
  readonly method: string;
  readonly name: string;
  readonly pid: number;
  readonly preview?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly news?: Readonly<Record<string, unknown>>;
  readonly olds?: Readonly<Record<string, unknown>>;
  readonly oldInputs?: Readonly<Record<string, unknown>>;
  readonly oldOutputs?: Readonly<Record<string, unknown>>;
  readonly ignoreChanges?: readonly string[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly id?: string;
}

/** A program over the probe provider: `Thing(name, inputs, options)` is its resource, with all its outputs. */
export function probeProgram(body: string): string {
  return `
import * as pulumi from "@pulumi/pulumi";
class Thing extends pulumi.CustomResource {
  declare readonly computed: pulumi.Output<string>;
  declare readonly echo: pulumi.Output<unknown>;
  declare readonly thing: pulumi.Output<string>;
  constructor(name: string, inputs: Record<string, unknown>, options: pulumi.CustomResourceOptions = {}) {
    super("probe:index:Thing", name, { computed: undefined, echo: undefined, token: undefined, thing: undefined, ...inputs }, options);
  }
}
${body}`;
}

export function newProbeStack(body: string, options: Partial<StackOptions> = {}): Promise<EngineStack> {
  const plugins = [join(CHECKOUT, "tests/engine/harness/probe")];
  return newStack({ ...options, program: probeProgram(body), plugins });
}

const folder = (stack: EngineStack): string => join(stack.root, "state", "probe");

/** The provider's calls so far, those of one method or all. */
export function journal(stack: EngineStack, method?: string): readonly JournalLine[] {
  const file = join(folder(stack), "journal");
  // What comes after the last newline is being written just now.
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  return lines
    .map((line) => JSON.parse(line) as JournalLine)
    .filter((line) => method === undefined || line.method === method);
}

/** Forgets the calls so far, and with `things` what was made. */
export async function clearJournal(stack: EngineStack, things = false): Promise<void> {
  await rm(things ? folder(stack) : join(folder(stack), "journal"), { recursive: true, force: true });
}

/** Lets every slow call go on, now and later. */
export async function release(stack: EngineStack): Promise<void> {
  await mkdir(folder(stack), { recursive: true });
  await writeFile(join(folder(stack), "release"), "");
}
