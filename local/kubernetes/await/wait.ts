import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../api-error.ts";
import { RegionGone } from "../region-watch.ts";

/** What one look at the cluster showed. */
export type Look =
  | {
      readonly done: true;
      /** How long it must stay so to count, in seconds: it may only be about to begin. Default: no time. */
      readonly steadyFor?: number;
      /** Shown meanwhile. */
      readonly message?: string;
    }
  | {
      readonly done: false;
      /** Shown beside the resource while it is waited for. */
      readonly message: string;
      /** Nothing will change by itself: why. */
      readonly failed?: readonly string[];
    };

export interface WaitOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

/** The wait ended without what was waited for. */
export class WaitFailure extends Error {
  readonly end: "failed" | "timed out" | "cancelled";
  /** The last thing seen, or why it failed. */
  readonly reasons: readonly string[];

  constructor(end: "failed" | "timed out" | "cancelled", reasons: readonly string[]) {
    super(reasons.join("; "));
    this.name = "WaitFailure";
    this.end = end;
    this.reasons = reasons;
  }
}

const FIRST_INTERVAL_MS = 100;
const LONGEST_INTERVAL_MS = 1000;

/**
 * Looks until it is done, has failed, is cancelled, or the time is up: every 100 ms at first, at most every second.
 * An API server that does not answer for a moment does not end the wait; one that refuses to answer does. What is done
 * but not steady yet counts as done when the time is up or the wait is cancelled, as in the official provider.
 */
export async function waitFor(look: () => Promise<Look>, options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  let interval = FIRST_INTERVAL_MS;
  let doneSince: number | undefined;
  for (;;) {
    const seen = await lookOnce(look);
    const left = deadline - Date.now();
    if (seen.done) {
      doneSince ??= Date.now();
      const steady = Date.now() - doneSince >= (seen.steadyFor ?? 0) * 1000;
      if (steady || left <= 0 || options.signal.aborted) {
        return;
      }
    } else {
      doneSince = undefined;
      endWithout(seen, left, options);
    }
    options.progress(seen.message ?? "waits whether it stays ready");
    await delay(Math.min(interval, left), undefined, { signal: options.signal }).catch(() => undefined);
    interval = Math.min(interval * 1.25, LONGEST_INTERVAL_MS);
  }
}

/** Throws when nothing is left to wait for; `left`: the milliseconds that remain. */
function endWithout(seen: Look & { readonly done: false }, left: number, options: WaitOptions): void {
  if (seen.failed !== undefined) {
    throw new WaitFailure("failed", seen.failed);
  }
  if (options.signal.aborted) {
    throw new WaitFailure("cancelled", [`cancelled while it waited: ${seen.message}`]);
  }
  if (left <= 0) {
    throw new WaitFailure("timed out", [
      `not ready after ${String(options.timeoutSeconds)} s: ${seen.message}`,
    ]);
  }
}

async function lookOnce(look: () => Promise<Look>): Promise<Look> {
  try {
    return await look();
  } catch (error) {
    const refused = error instanceof ApiError && error.status < 500 && error.status !== 429;
    if (refused || error instanceof RegionGone) {
      throw error;
    }
    return { done: false, message: error instanceof Error ? error.message : String(error) };
  }
}
