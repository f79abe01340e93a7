import type { ApiError } from "../api.ts";
import { followInPlace } from "../navigation.ts";

/** A call failed: what happened and what the visitor can do. */
export function Failure({ error, retry }: { readonly error: ApiError; readonly retry: () => void }) {
  return (
    <section class="notice" role="alert" data-testid="failure">
      <h1>{error.kind === "not-found" ? "Nothing here" : "That did not work"}</h1>
      <p>{error.message}</p>
      <div class="actions">
        {error.kind !== "not-found" && (
          <button class="button primary" type="button" data-testid="retry" onClick={retry}>
            Try again
          </button>
        )}
        <a class="button" href="/" onClick={followInPlace}>
          All quizzes
        </a>
      </div>
    </section>
  );
}
