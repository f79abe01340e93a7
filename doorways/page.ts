import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "./user-error.ts";

const pageDeadlineMs = 60_000;

/**
 * Waits until the page answers 200. Ready pods are healthy targets, by their readiness gate; the page is up when the CDN's way to
 * them is there too. Rejects with its last answer after `deadlineMs`, also when a request is taken and never answered.
 */
export async function pageAnswers(url: string, deadlineMs = pageDeadlineMs): Promise<void> {
  const end = Date.now() + deadlineMs;
  const deadline = AbortSignal.timeout(deadlineMs);
  let answer = "nothing";
  while (Date.now() < end) {
    try {
      const { status, body } = await fetch(url, { signal: deadline });
      await body?.cancel();
      if (status === 200) return;
      answer = `HTTP ${status}`;
    } catch (error) {
      if ((error as Error).name !== "TimeoutError") answer = String(error);
    }
    await delay(200);
  }
  throw new UserError(
    `${url} answers "${answer}" after ${deadlineMs / 1000} s: "make status" shows what runs`,
  );
}
