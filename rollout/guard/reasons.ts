import type { Weights } from "../traffic.ts";

/** A rollout that is to be taken back. The message says why. */
export class TakeBack extends Error {
  override readonly name = "TakeBack";
}

/** Somebody else moved the weights. They are never fought over: the rollout ends. */
export class ForeignWeights extends Error {
  override readonly name = "ForeignWeights";

  constructor(found: Weights, written: Weights) {
    super(
      `somebody else moved the weights to blue ${found.blue} green ${found.green}; the guard had written blue ${written.blue} green ${written.green}. ` +
        "The weights and the pods of both colours stay as they are",
    );
  }
}

/** This guard may not act for now. Whoever leads goes on from the record. */
export class NotLeading extends Error {
  override readonly name = "NotLeading";

  constructor() {
    super("the lease was not renewed in time: no weight is moved");
  }
}
