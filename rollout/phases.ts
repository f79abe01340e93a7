/** The phases of a rollout in their order, and what each does. */
export const PHASES = {
  check: "which colour is idle, whether the image is there, whether somebody else releases",
  release: "the idle colour's stack: settings, migration, pods",
  scale: "as many pods as serve now, and no fewer while both colours are there",
  health: "every pod of the idle colour is healthy at the load balancer",
  verify: "every route answers through the preview rule and the CDN",
  shift: "the load balancer's weights",
  bake: "the new colour serves, and is watched",
  retire: "the old colour's pods end, each after its requests",
} as const;

export type Phase = keyof typeof PHASES;

/** Phases that a rollout can wait before. The check changes nothing: nobody needs to wait for it. */
export const PAUSES: readonly Phase[] = ["release", "scale", "health", "verify", "shift", "bake", "retire"];

/** What a rollout says that waits for a person. */
export function waitingFor(phase: Phase): string {
  return `waits before ${phase}: "make promote" goes on, "make rollback" takes it back`;
}
