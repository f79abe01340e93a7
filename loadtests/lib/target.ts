/** Where the load goes, from the environment that `make loadtest` sets. */

/** The page, without a slash at the end. k6 stops before the first request where it is missing. */
export const url: string = required("TARGET_URL").replace(/\/$/, "");

/** `local`, `staging`, … or `url` for an address that the user gave: chooses the thresholds. */
export const environment: string = __ENV["TARGET_ENVIRONMENT"] ?? "url";

/** Headers of every request: who sends it, and, while a colour is tried before it serves, the header that leads there. */
export function headers(): Record<string, string> {
  const previewHeader = __ENV["PREVIEW_HEADER"];
  const previewValue = __ENV["PREVIEW_VALUE"];
  return {
    "user-agent": "twinstack-loadtest",
    ...(previewHeader !== undefined && previewValue !== undefined ? { [previewHeader]: previewValue } : {}),
  };
}

function required(name: string): string {
  const value = __ENV[name];
  if (value === undefined || value === "") throw new Error(`${name} is missing: run it with "make loadtest"`);
  return value;
}
