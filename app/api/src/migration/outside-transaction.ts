/** First line of a migration that cannot run in a transaction: one CREATE INDEX CONCURRENTLY and nothing else. */
export const OUTSIDE_TRANSACTION = "-- outside a transaction";
