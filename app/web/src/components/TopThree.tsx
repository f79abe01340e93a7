import { getLeaderboard } from "../api.ts";
import { followInPlace } from "../navigation.ts";
import { useLoaded } from "../useLoaded.ts";

const loadTop = () => getLeaderboard();

/** The way to the leaderboard, with who leads; without scores, or while they cannot be had, the way alone. */
export function TopThree() {
  const loaded = useLoaded(loadTop);
  const rows = loaded.state === "loaded" ? loaded.value.rows.slice(0, 3) : [];
  return (
    <a class="panel top-three" href="/leaderboard" onClick={followInPlace}>
      <strong>Leaderboard</strong>
      {rows.length === 0 && <span class="soft">Be the first on it.</span>}
      {rows.map((row) => (
        <span key={row.participantId} class="top-line">
          <span class={`rank rank-${row.rank}`}>{row.rank}</span>
          <span class="top-name">{row.name}</span>
          <span class="soft">
            {row.score} of {row.total}
          </span>
        </span>
      ))}
    </a>
  );
}
