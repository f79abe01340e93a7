/** How a rollout ended. `bin/twinstack rollout` exits with it; make itself only knows 2. */
export const EXIT = {
  /** The new release serves. */
  promoted: 0,
  /** The new release served some requests and was taken back; the old one serves all. */
  rolledBack: 1,
  /** Nothing was changed. */
  refused: 2,
  /** The new release never got a request; the old one serves as before. */
  failedBeforeTraffic: 3,
  /** The weights could not be read or written: what serves is not known. */
  undecided: 4,
} as const;

export type Outcome = keyof typeof EXIT;

/** An end that is not a promotion. Its message is all that a person needs. */
export class RolloutEnded extends Error {
  override readonly name = "RolloutEnded";
  readonly outcome: Exclude<Outcome, "promoted">;

  constructor(outcome: Exclude<Outcome, "promoted">, message: string) {
    super(message);
    this.outcome = outcome;
  }
}
