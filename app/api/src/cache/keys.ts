/**
 * A key under which everybody finds the same. Made here only, and never from anything that belongs to one visitor.
 *
 * `v1`, `v2` is the shape of what lies under it: a release that changes the shape raises it, so that two releases side by
 * side do not read each other's.
 */
export type SharedKey = string & { readonly shared: unique symbol };

export const sharedKeys = {
  quizList: key("v1:quizzes"),
  quiz: (quizId: string): SharedKey => key(`v2:quiz:${quizId}`),
  overallLeaderboard: key("v1:leaderboard"),
  leaderboard: (quizId: string): SharedKey => key(`v1:leaderboard:${quizId}`),
};

function key(name: string): SharedKey {
  return `twinstack:${name}` as SharedKey;
}
