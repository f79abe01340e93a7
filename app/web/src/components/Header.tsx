import { useMe } from "../me.tsx";
import { followInPlace } from "../navigation.ts";

export function Header() {
  const { participant } = useMe();
  return (
    <header class="site-header">
      <a class="wordmark" href="/" onClick={followInPlace}>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect class="mark-blue" x="2" y="6" width="17" height="20" rx="5" />
          <rect class="mark-green" x="13" y="6" width="17" height="20" rx="5" />
        </svg>
        Twinstack Quiz
      </a>
      <nav>
        <a href="/leaderboard" data-testid="leaderboard-link" onClick={followInPlace}>
          Leaderboard
        </a>
        {participant && (
          <span class="me" data-testid="me">
            {participant.name}
          </span>
        )}
      </nav>
    </header>
  );
}
