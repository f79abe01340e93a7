/** Boots a virtual machine and runs the README's commands in it; tests/proofs/vm says how. */
export { prove as testVm } from "../tests/proofs/vm/prove.ts";
