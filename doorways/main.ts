import { enableCompileCache } from "node:module";
import { compileCacheDir } from "../local/paths.ts";
import { RegionError } from "../local/region/region-error.ts";
import { HolderStopped } from "../local/toolchain/lock.ts";
import { EXIT, RolloutEnded } from "../rollout/outcome.ts";
import { Interrupted, UserError } from "./user-error.ts";

/** A doorway: what `make <name>` does. Modules are loaded when called: `make output` must not wait for the others. */
interface Doorway {
  readonly summary: string;
  readonly load: () => Promise<() => Promise<void>>;
}

export const doorways: Readonly<Record<string, Doorway>> = {
  up: {
    summary: "bring the whole platform up on this machine and release the app onto blue",
    load: async () => (await import("./up.ts")).up,
  },
  down: {
    summary: "take everything down and leave nothing outside the tool cache",
    load: async () => (await import("./down.ts")).down,
  },
  preview: {
    summary: "show what `make up` would change on the platform and its cluster",
    load: async () => (await import("./preview.ts")).preview,
  },
  rollout: {
    summary: "release onto the idle colour and move all requests there (IMAGE=… STEPS=10,50,100 JSON=1)",
    load: async () => (await import("./rollout.ts")).rollout,
  },
  rollback: {
    summary: "move all requests back to the colour that served before",
    load: async () => (await import("./rollout.ts")).rollback,
  },
  promote: {
    summary: "let a rollout go on that waits at its PAUSE=<phase>",
    load: async () => (await import("./rollout.ts")).promote,
  },
  history: {
    summary: "the last 20 rollouts and how each ended",
    load: async () => (await import("./history.ts")).history,
  },
  loadtest: {
    summary: "k6 against the page: PROFILE=smoke|load|stress|spike|soak|breakpoint (URL=… RATE=… BASELINE=…)",
    load: async () => (await import("./loadtest.ts")).loadtest,
  },
  status: {
    summary: "what runs: hosts, processes, stacks, weights",
    load: async () => (await import("./status.ts")).status,
  },
  output: {
    summary: "the stack's outputs as JSON on stdout",
    load: async () => (await import("./output.ts")).output,
  },
  doctor: {
    summary: "what this machine has, what is missing, what to do",
    load: async () => (await import("./doctor.ts")).doctor,
  },
  explain: {
    summary: "what this machine makes of every input: enforced, stored or inert (TYPE=… for one type)",
    load: async () => (await import("./explain.ts")).explain,
  },
  "restore-drill": {
    summary:
      "bring a backup up as a new instance at a chosen time, compare its rows, remove it (TIME=… or now)",
    load: async () => (await import("./restore-drill.ts")).restoreDrill,
  },
  "move-stacks": {
    summary: "move what lives inside Kubernetes out of a platform's state of before (ENV=staging)",
    load: async () => (await import("./move-stacks.ts")).moveStacks,
  },
  coverage: {
    summary: "lines of infra, stacks and the providers that unit and engine tests run",
    load: async () => (await import("./coverage.ts")).coverage,
  },
  "prove-loops": {
    summary:
      "twenty times up and down with replicas, twenty failovers; takes an hour or more (ROUNDS=… for fewer)",
    load: async () => (await import("./prove-loops.ts")).proveLoops,
  },
  "prove-rollouts": {
    summary:
      "rollouts and switches under load, no request lost; goes on where it stopped (ROLLOUTS=10 SWITCHES=40 RATE=100)",
    load: async () => (await import("./prove-rollouts.ts")).proveRollouts,
  },
  "prove-faults": {
    summary: "one rollout for each thing that may go wrong, under load, and a table (FAULT=<part of a name>)",
    load: async () => (await import("./prove-faults.ts")).proveFaults,
  },
  "prove-interruptions": {
    summary:
      "up and down with CLI, plugin, region and Ctrl-C each struck in every phase; a quarter of an hour",
    load: async () => (await import("./prove-interruptions.ts")).proveInterruptions,
  },
  test: {
    summary: "every check and test; the last line is `N passed, N failed`",
    load: async () => (await import("./test.ts")).test,
  },
  "test-vm": {
    summary:
      "boot a minimal Debian in a virtual machine and type the README's commands there (OS=debian12 PHASES=…)",
    load: async () => (await import("./test-vm.ts")).testVm,
  },
};

function help(): void {
  const lines = Object.entries(doorways).map(([name, { summary }]) => `  make ${name.padEnd(19)} ${summary}`);
  process.stdout.write(`Twinstack\n\n${lines.join("\n")}\n`);
}

// For this process alone, not in its environment: tests and builds that are started here do without.
enableCompileCache(compileCacheDir());
const name = process.argv[2] ?? "help";
const doorway = doorways[name];
if (name === "help") {
  help();
} else if (doorway === undefined) {
  process.stderr.write(
    `twinstack: no doorway "${name}": one of ${["help", ...Object.keys(doorways)].join(", ")}\n`,
  );
  process.exitCode = 2;
} else {
  try {
    await (
      await doorway.load()
    )();
  } catch (error) {
    if (error instanceof RolloutEnded) {
      process.stderr.write(`make ${name}: ${error.message}\n`);
      process.exit(EXIT[error.outcome]);
    }
    const expected = [UserError, RegionError, HolderStopped, Interrupted].some(
      (kind) => error instanceof kind,
    );
    if (!(error instanceof Error) || !expected) throw error;
    process.stderr.write(`make ${name}: ${error.message}\n`);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  }
}
