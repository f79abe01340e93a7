const LONGEST_MS = 30_000;

/**
 * How many milliseconds to wait before asking again: half as long again each time that nothing has changed or nobody has
 * answered, at most half a minute; after a change the shortest pause.
 */
export function nextPause(pauseMs: number, shortestMs: number, changed: boolean): number {
  return changed ? shortestMs : Math.min(pauseMs * 1.5, Math.max(LONGEST_MS, shortestMs));
}
