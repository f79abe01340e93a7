/**
 * Given to jest with `--import`: from here on every Node process that a test starts, and every one that those start in
 * turn, writes V8's counts when it ends. Node itself hands NODE_V8_COVERAGE on, past the environment a test chooses.
 * Jest's own process is not to write them (its code is transformed; jest counts it), so it is set after Node has started.
 */
process.env["NODE_V8_COVERAGE"] = process.env["TWINSTACK_COVERAGE"];
