import { getRelease } from "../api.ts";
import { useLoaded } from "../useLoaded.ts";

/** Says which release answered; a failure here is shown by the page itself. */
export function Footer() {
  const release = useLoaded(getRelease);
  return (
    <footer class="site-footer">
      {release.state === "loaded" && (
        <span data-testid="release">
          <span class={`dot dot-${release.value.colour}`} aria-hidden="true" />
          {release.value.colour === "none" ? "Release" : `Release ${release.value.colour}`} · version{" "}
          {release.value.version}
        </span>
      )}
    </footer>
  );
}
