import { useEffect, useState } from "preact/hooks";
import { nextPause } from "./refresh-pause.ts";
import { useLoaded } from "./useLoaded.ts";
import type { Loaded } from "./useLoaded.ts";

/**
 * Like useLoaded, and again while the page is looked at: after `shortestMs`, later each time that nothing has changed. What was
 * loaded stays when that fails.
 */
export function useRefreshed<Value>(load: () => Promise<Value>, shortestMs: number): Loaded<Value> {
  const first = useLoaded(load);
  const [latest, setLatest] = useState<{ readonly load: unknown; readonly value: Value }>();

  useEffect(() => {
    let current = true;
    let pause = shortestMs;
    let before = "";
    let timer = setTimeout(ask, pause);

    function ask(): void {
      // Goes on when the page is looked at again.
      if (document.hidden) return;
      const changed = (value: Value): boolean => {
        const text = JSON.stringify(value);
        const differs = before !== "" && text !== before;
        before = text;
        if (current) setLatest({ load, value });
        return differs;
      };
      void load()
        .then(changed, () => false)
        .then((differs) => {
          pause = nextPause(pause, shortestMs, differs);
          // The page may have been looked at again meanwhile.
          clearTimeout(timer);
          if (current) timer = setTimeout(ask, pause);
        });
    }
    const seen = (): void => {
      clearTimeout(timer);
      pause = shortestMs;
      if (!document.hidden) timer = setTimeout(ask, 0);
    };
    document.addEventListener("visibilitychange", seen);
    return () => {
      current = false;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    };
  }, [load, shortestMs]);

  return first.state === "loaded" && latest?.load === load ? { state: "loaded", value: latest.value } : first;
}
