import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError } from "./api.ts";

export type Loaded<Value> =
  | { readonly state: "loading" }
  | { readonly state: "loaded"; readonly value: Value }
  | { readonly state: "failed"; readonly error: ApiError; readonly retry: () => void };

/** Calls `load` once, and again on `retry`. `load` must stay the same function for as long as the component lives. */
export function useLoaded<Value>(load: () => Promise<Value>): Loaded<Value> {
  const [attempt, setAttempt] = useState(0);
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: "loading" });
  const retry = useCallback(() => setAttempt((count) => count + 1), []);

  useEffect(() => {
    let current = true;
    setLoaded({ state: "loading" });
    load().then(
      (value) => {
        if (current) setLoaded({ state: "loaded", value });
      },
      (error: unknown) => {
        if (current) setLoaded({ state: "failed", error: asApiError(error), retry });
      },
    );
    return () => {
      current = false;
    };
  }, [attempt, load, retry]);

  return loaded;
}

export function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError("failed", String(error));
}
