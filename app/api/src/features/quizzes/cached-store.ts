import { z } from "zod";
import type { Cache, CacheEntry } from "../../cache/cache.ts";
import { sharedKeys } from "../../cache/keys.ts";
import { storedQuiz } from "./content.ts";
import { quizSummary } from "./contract.ts";
import type { QuizStore } from "./store.ts";

/** Quizzes change with a release only; a minute later every process shows the new ones. */
const FRESH_SECONDS = 60;
const STALE_SECONDS = 24 * 60 * 60;

const list: CacheEntry<readonly z.output<typeof quizSummary>[]> = {
  key: sharedKeys.quizList,
  schema: z.array(quizSummary),
  freshSeconds: FRESH_SECONDS,
  staleSeconds: STALE_SECONDS,
};

/** Asks the cache before the store. */
export function createCachedQuizStore(store: QuizStore, cache: Cache): QuizStore {
  const cachedList = () => cache.through(list, () => store.list());
  return {
    list: cachedList,
    find: async (id) => {
      // What is not listed has no key of its own: ids that somebody makes up would fill the cache.
      if (!(await cachedList()).some((quiz) => quiz.id === id)) return undefined;
      const entry = { ...list, key: sharedKeys.quiz(id), schema: storedQuiz.optional() };
      return cache.through(entry, () => store.find(id));
    },
  };
}
