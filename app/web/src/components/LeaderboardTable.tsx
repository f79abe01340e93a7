import type { LeaderboardRow } from "../../../api/src/features/leaderboard/contract.ts";

interface LeaderboardTableProps {
  readonly rows: readonly LeaderboardRow[];
  /** The visitor's own row, which may lie beyond those that are shown. */
  readonly mine: LeaderboardRow | undefined;
}

/** The best first; the visitor's own place stands out, and is there also when it is not among the best. */
export function LeaderboardTable({ rows, mine }: LeaderboardTableProps) {
  const shown = rows.some(({ participantId }) => participantId === mine?.participantId);
  return (
    <table class="leaderboard">
      <thead>
        <tr>
          <th scope="col">Rank</th>
          <th scope="col">Name</th>
          <th scope="col">Score</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={row.participantId} row={row} own={row.participantId === mine?.participantId} />
        ))}
        {mine !== undefined && !shown && <Row row={mine} own />}
      </tbody>
    </table>
  );
}

function Row({ row, own }: { readonly row: LeaderboardRow; readonly own: boolean }) {
  return (
    <tr class={own ? "own" : ""} data-testid="leaderboard-row">
      <td>
        <span class={`rank rank-${row.rank}`}>{row.rank}</span>
      </td>
      <th scope="row">
        {row.name}
        {own && <small> you</small>}
      </th>
      <td {...(own ? { "data-testid": "my-score" } : {})}>
        {row.score} of {row.total}
      </td>
    </tr>
  );
}
