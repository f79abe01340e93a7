import { setTimeout as delay } from "node:timers/promises";

/** What became of a bounded run of requests. */
export interface Traffic {
  readonly sent: number;
  /** One line for each request that was not answered 200. */
  readonly failures: readonly string[];
}

async function one(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    return response.status === 200 ? undefined : `HTTP ${response.status}`;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

const limit = 50_000;

/**
 * Sends requests from four clients while `work` runs, each one after the other with `pauseMs` between (default 0), at most
 * 50,000 in all, then says how each ended.
 */
export async function whileRequesting(url: string, work: () => Promise<void>, pauseMs = 0): Promise<Traffic> {
  const failures: string[] = [];
  let sent = 0;
  let done = false;
  const client = async (): Promise<void> => {
    while (!done && sent < limit) {
      sent += 1;
      const failure = await one(url);
      if (failure !== undefined) failures.push(failure);
      if (pauseMs > 0) await delay(pauseMs);
    }
  };
  const clients = [client(), client(), client(), client()];
  try {
    await work();
  } finally {
    done = true;
    await Promise.all(clients);
  }
  return { sent, failures };
}
