import { randomUUID } from "node:crypto";
import type { Query } from "../../database/pool.ts";
import { UnauthorizedError } from "../../errors/unauthorized-error.ts";
import type { Visitor } from "../../visitor.ts";
import type { Participant } from "./contract.ts";
import { hashToken } from "./token.ts";

export async function findParticipant(query: Query, { token }: Visitor): Promise<Participant | undefined> {
  if (token === undefined) return undefined;
  const [found] = await query<Participant>("SELECT id, name FROM app.participants WHERE token_hash = $1", [
    hashToken(token),
  ]);
  return found;
}

/** @throws UnauthorizedError when the visitor is nobody yet. */
export async function requireParticipant(query: Query, visitor: Visitor): Promise<Participant> {
  const found = await findParticipant(query, visitor);
  if (found === undefined) throw new UnauthorizedError();
  return found;
}

/** Gives the token's participant a name; makes one when there is none. Twice is as good as once. */
export async function nameParticipant(query: Query, token: string, name: string): Promise<Participant> {
  const [named] = await query<Participant>(
    `INSERT INTO app.participants (id, name, token_hash) VALUES ($1, $2, $3)
     ON CONFLICT (token_hash) DO UPDATE SET name = excluded.name
     RETURNING id, name`,
    [randomUUID(), name, hashToken(token)],
  );
  if (named === undefined) throw new Error("An upsert has answered no row.");
  return named;
}
