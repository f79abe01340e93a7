import { connect } from "node:net";
import { regionSocket } from "../paths.ts";
import type { Transport } from "./http.ts";

/** A region that is started anew answers well within this, in milliseconds. */
const GRACE_MS = 10_000;
const ASK_EVERY_MS = 1000;

/** The cluster still answers, but whoever opens readiness gates and repairs nodes has ended. */
export class RegionGone extends Error {
  constructor(socket: string) {
    super(
      `the region has ended (nothing answers at ${socket}), and with it what opens readiness gates and repairs nodes: ` +
        'run "make up" again, which starts it',
    );
    this.name = "RegionGone";
  }
}

export interface RegionWatchOptions {
  /** Whether the region takes connections; default: on its socket. */
  readonly answers?: () => Promise<boolean>;
  /** Default: the clock, in milliseconds. */
  readonly now?: () => number;
}

/** Requests that reject with RegionGone once the region has not answered for 10 s: a wait would else last until its own end. */
export function whileRegionRuns(transport: Transport, options: RegionWatchOptions = {}): Transport {
  const { answers = regionAnswers, now = Date.now } = options;
  let answered = now();
  let asked = answered;
  return async (request) => {
    if (now() - asked >= ASK_EVERY_MS) {
      asked = now();
      if (await answers()) answered = asked;
      else if (asked - answered > GRACE_MS) throw new RegionGone(regionSocket());
    }
    return transport(request);
  };
}

function regionAnswers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(regionSocket(), () => {
      socket.destroy();
      resolve(true);
    }).on("error", () => resolve(false));
  });
}
