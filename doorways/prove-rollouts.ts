/** Moves all requests between two releases under load, many times; tests/proofs/rollouts says how. */
export { prove as proveRollouts } from "../tests/proofs/rollouts/prove.ts";
