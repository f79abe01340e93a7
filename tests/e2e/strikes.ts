import type { Victim } from "./interrupt.ts";

/** Whom a test names; which plugin works depends on where it strikes. */
export type Struck = "CLI" | "plugin" | "region" | "Ctrl-C";

/** Where `make up` is struck, in the order in which it comes there, and whose plugin works then. */
export const phases = {
  "the image build": [/image: app\n/, "aws plugin"],
  "the network": [/aws:ec2:\S+ \S+ creat/, "aws plugin"],
  "the cluster": [/aws:eks:Cluster cluster creating/, "aws plugin"],
  "the release": [/api-deployment creating \(\ds\) \d of/, "kubernetes plugin"],
} as const satisfies Readonly<Record<string, readonly [RegExp, Victim]>>;

export type Phase = keyof typeof phases;

/** One time up and down: each strike finds what the one before left. */
export interface Round {
  readonly up: readonly (readonly [Phase, Struck])[];
  /** Strikes of `make down`. Only one by Ctrl-C leaves something for the next. */
  readonly down: readonly Struck[];
}

/** Each victim twice while it comes up, at two phases, and three while it goes down. */
const someStrikes: readonly Round[] = [
  {
    up: [
      ["the image build", "CLI"],
      ["the network", "plugin"],
      ["the cluster", "region"],
      ["the release", "Ctrl-C"],
    ],
    down: ["Ctrl-C", "CLI"],
  },
  {
    up: [
      ["the image build", "Ctrl-C"],
      ["the network", "CLI"],
      ["the cluster", "plugin"],
      ["the release", "region"],
    ],
    down: ["region"],
  },
];

/** Every victim in every phase: more than CI has time for. */
const everyStrike: readonly Round[] = (["CLI", "plugin", "region", "Ctrl-C"] as const).map((struck) => ({
  up: (Object.keys(phases) as Phase[]).map((phase) => [phase, struck]),
  down: [struck],
}));

/** The rounds of a run: with `EVERY_STRIKE=yes`, as `make prove-interruptions` sets it, all of them. */
export const rounds: readonly Round[] = process.env["EVERY_STRIKE"] === "yes" ? everyStrike : someStrikes;
