import type { Database } from "../../database/database.ts";
import { route } from "../../route.ts";
import type { Route } from "../../route.ts";
import { me, naming } from "./contract.ts";
import { findParticipant, nameParticipant } from "./store.ts";
import { makeToken } from "./token.ts";

/** Who takes quizzes is known by a random token in a cookie, and to the others by a name; there are no accounts. */
export function participantRoutes(database: Database): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/me",
      operationId: "getMe",
      summary: "Who the visitor is; null for nobody yet.",
      responses: { 200: me },
      cache: "private",
      handle: async ({ visitor }) => {
        const participant = await database.read((query) => findParticipant(query, visitor), visitor.seen);
        return { status: 200, body: { participant: participant ?? null } };
      },
    }),
    route({
      method: "put",
      path: "/api/me",
      operationId: "nameMe",
      summary: "Gives the visitor a name; makes a participant of who is nobody yet.",
      body: naming,
      responses: { 200: me },
      cache: "private",
      handle: async ({ visitor, body: { name } }) => {
        const token = visitor.token ?? makeToken();
        const { value, lsn } = await database.write((query) => nameParticipant(query, token, name), {
          idempotent: true,
        });
        return { status: 200, body: { participant: value }, remember: { token, seen: lsn } };
      },
    }),
  ];
}
