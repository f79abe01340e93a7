-- outside a transaction
CREATE INDEX CONCURRENTLY leaderboard_entries_of_participant ON app.leaderboard_entries (participant_id);
