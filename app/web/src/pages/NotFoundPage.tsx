import { followInPlace } from "../navigation.ts";
import { usePageTitle } from "../usePageTitle.ts";

export function NotFoundPage() {
  usePageTitle("Nothing here");
  return (
    <section class="notice">
      <h1>Nothing here</h1>
      <p>There is no page at this address.</p>
      <a class="button" href="/" onClick={followInPlace}>
        All quizzes
      </a>
    </section>
  );
}
