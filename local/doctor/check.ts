/** One thing `make doctor` looks at. */
export interface Check {
  readonly name: string;
  /** `blocks`: nothing can start; `missing`: `make up` will install it; `ok`. */
  readonly state: "ok" | "missing" | "blocks";
  /** What was found. */
  readonly found: string;
  /** What to do; "" when it is ok. */
  readonly fix: string;
}

export const ok = (name: string, found: string): Check => ({ name, state: "ok", found, fix: "" });
export const missing = (name: string, found: string, fix: string): Check => ({
  name,
  state: "missing",
  found,
  fix,
});
export const blocks = (name: string, found: string, fix: string): Check => ({
  name,
  state: "blocks",
  found,
  fix,
});
