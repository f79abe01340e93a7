/** k6 calls this at the end of every profile: all that was measured, as JSON where `make loadtest` wants it. */
export function handleSummary(data: object): Record<string, string> {
  const file = __ENV["SUMMARY_FILE"];
  if (file === undefined) return {};
  return { [file]: JSON.stringify(data) };
}

/** Percentiles that a summary has of every time. */
export const TREND_STATS = ["avg", "min", "med", "max", "p(90)", "p(95)", "p(99)"];
