import { useEffect, useState } from "preact/hooks";
import { useLoaded } from "./useLoaded.ts";
import type { Loaded } from "./useLoaded.ts";

/** Like useLoaded, and again every so often while the page is looked at. What was loaded stays when that fails. */
export function useRefreshed<Value>(load: () => Promise<Value>, everyMs: number): Loaded<Value> {
  const first = useLoaded(load);
  const [latest, setLatest] = useState<{ readonly load: unknown; readonly value: Value }>();

  useEffect(() => {
    let current = true;
    const timer = setInterval(() => {
      if (document.hidden) return;
      load().then(
        (value) => {
          if (current) setLatest({ load, value });
        },
        () => undefined,
      );
    }, everyMs);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [load, everyMs]);

  return first.state === "loaded" && latest?.load === load ? { state: "loaded", value: latest.value } : first;
}
