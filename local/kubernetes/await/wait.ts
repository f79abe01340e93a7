import { setTimeout as delay } from "node:timers/promises";
import { ApiError } from "../api-error.ts";
import { RegionGone } from "../region-watch.ts";

/** What one look at the cluster showed. */
export type Look =
  | { readonly done: true }
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
 * An API server that does not answer for a moment does not end the wait; one that refuses to answer does.
 */
export async function waitFor(look: () => Promise<Look>, options: WaitOptions): Promise<void> {
  const deadline = Date.now() + options.timeoutSeconds * 1000;
  let interval = FIRST_INTERVAL_MS;
  for (;;) {
    const seen = await lookOnce(look);
    if (seen.done) {
      return;
    }
    if (seen.failed !== undefined) {
      throw new WaitFailure("failed", seen.failed);
    }
    if (options.signal.aborted) {
      throw new WaitFailure("cancelled", [`cancelled while it waited: ${seen.message}`]);
    }
    const left = deadline - Date.now();
    if (left <= 0) {
      throw new WaitFailure("timed out", [
        `not ready after ${String(options.timeoutSeconds)} s: ${seen.message}`,
      ]);
    }
    options.progress(seen.message);
    await delay(Math.min(interval, left), undefined, { signal: options.signal }).catch(() => undefined);
    interval = Math.min(interval * 1.25, LONGEST_INTERVAL_MS);
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
