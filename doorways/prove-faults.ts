/** One rollout for each thing that may go wrong; tests/proofs/faults says how. */
export { prove as proveFaults } from "../tests/proofs/faults/prove.ts";
