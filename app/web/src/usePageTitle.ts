import { useEffect } from "preact/hooks";

export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === "" ? "Twinstack Quiz" : `${title} – Twinstack Quiz`;
  }, [title]);
}
