-- outside a transaction
CREATE INDEX CONCURRENTLY leaderboard_miscounted ON app.leaderboard_entries (participant_id)
  WHERE counted_at IS DISTINCT FROM reached_at;
