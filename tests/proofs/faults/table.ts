import { otherImage } from "../../e2e/other-images.ts";
import {
  answeringWith5xx,
  crashing,
  failingMigration,
  growing,
  neverReady,
  slowed,
  withoutMetrics,
} from "../../e2e/faults.ts";
import { killApiServer, loseNode, loseOldColour } from "./strikes.ts";

/** What a rollout must come to when one thing goes wrong. */
export interface Fault {
  readonly name: string;
  /** Image of the release. */
  readonly image: (repositoryUrl: string) => Promise<string>;
  /** What happens once the release has all requests. */
  readonly strike?: () => Promise<void>;
  /** Exit codes of `bin/twinstack rollout` that are right. */
  readonly exits: readonly number[];
  /** Whether no request at all may fail. */
  readonly dropsNothing: boolean;
  /** Seconds from the first requests in which it must be found. Default 30, the issue's own. */
  readonly foundWithin?: number;
}

const entrypoint =
  (command: readonly string[]) =>
  (repositoryUrl: string): Promise<string> =>
    otherImage(repositoryUrl, "--entrypoint", JSON.stringify(command));

/** Differs by its label alone. */
const good = (repositoryUrl: string): Promise<string> =>
  otherImage(repositoryUrl, "--label", `twinstack.test=${Date.now()}`);

const TAKEN_BACK = { exits: [1], dropsNothing: false };
const NEVER_SERVED = { exits: [3], dropsNothing: true };

export const FAULTS: readonly Fault[] = [
  { name: "2 % of the requests answered with 5xx", image: entrypoint(answeringWith5xx(50)), ...TAKEN_BACK },
  { name: "requests take 400 ms longer", image: entrypoint(slowed(400)), exits: [1], dropsNothing: true },
  { name: "the app ends itself again and again", image: entrypoint(crashing()), ...TAKEN_BACK },
  { name: "the app takes memory until it is ended", image: entrypoint(growing()), ...TAKEN_BACK },
  {
    name: "no pod tells its metrics",
    image: entrypoint(withoutMetrics()),
    exits: [1],
    dropsNothing: true,
    foundWithin: 40,
  },
  { name: "never ready", image: entrypoint(neverReady()), ...NEVER_SERVED },
  {
    name: "the migration fails",
    image: (repositoryUrl) => otherImage(repositoryUrl, "--env", `NODE_OPTIONS=${failingMigration()}`),
    ...NEVER_SERVED,
  },
  {
    name: "the image is missing",
    image: (repositoryUrl) => Promise.resolve(`${repositoryUrl}@sha256:${"0".repeat(64)}`),
    ...NEVER_SERVED,
  },
  { name: "the API server is killed", image: good, strike: killApiServer, exits: [0], dropsNothing: true },
  { name: "a node is lost", image: good, strike: loseNode, exits: [0, 1], dropsNothing: false },
  {
    name: "5xx while the old colour is not whole: held, then back",
    image: entrypoint(answeringWith5xx(5)),
    strike: loseOldColour,
    exits: [4],
    dropsNothing: false,
  },
];
