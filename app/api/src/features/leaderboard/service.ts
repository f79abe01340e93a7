import { z } from "zod";
import type { Cache, CacheEntry } from "../../cache/cache.ts";
import { sharedKeys } from "../../cache/keys.ts";
import type { SharedKey } from "../../cache/keys.ts";
import type { Database } from "../../database/database.ts";
import type { Visitor } from "../../visitor.ts";
import type { QuizService } from "../quizzes/service.ts";
import { leaderboardRow } from "./contract.ts";
import type { Leaderboard, LeaderboardRow, Standing } from "./contract.ts";
import { Landmarks } from "./landmarks.ts";
import { standingOf } from "./standing.ts";
import { topOfQuiz, topOverall } from "./store.ts";

/** The worker forgets an entry when it changes; this is for when the cache did not hear of it. */
const FRESH_SECONDS = 5;
const STALE_SECONDS = 60 * 60;

export class LeaderboardService {
  readonly #database: Database;
  readonly #cache: Cache;
  readonly #quizzes: QuizService;
  readonly #landmarks = new Landmarks();

  constructor(database: Database, cache: Cache, quizzes: QuizService) {
    this.#database = database;
    this.#cache = cache;
    this.#quizzes = quizzes;
  }

  async overall(): Promise<Leaderboard> {
    const load = () => this.#database.read(topOverall);
    return { rows: [...(await this.#cache.through(entry(sharedKeys.overallLeaderboard), load))] };
  }

  async ofQuiz(quizId: string): Promise<Leaderboard> {
    await this.#quizzes.find(quizId);
    const load = () => this.#database.read((query) => topOfQuiz(query, quizId));
    return { rows: [...(await this.#cache.through(entry(sharedKeys.leaderboard(quizId)), load))] };
  }

  /** The visitor's own places, never cached; on a long board, who came in ahead within the last half minute may be missing. */
  async standing({ token, seen }: Visitor): Promise<Standing> {
    if (token === undefined) return { overall: null, quizzes: [] };
    return this.#database.read((query) => standingOf(query, token, this.#landmarks), seen);
  }
}

function entry(key: SharedKey): CacheEntry<readonly LeaderboardRow[]> {
  return { key, schema: z.array(leaderboardRow), freshSeconds: FRESH_SECONDS, staleSeconds: STALE_SECONDS };
}
