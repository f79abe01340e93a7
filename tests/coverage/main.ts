import { join } from "node:path";
import { measure } from "./measure.ts";
import { printReport } from "./result.ts";

/**
 * `main.ts` runs the tests and reports; `main.ts <pattern>…` runs only those tests; `main.ts --check` reports on the last
 * run's counts. Exit code 1: a test failed, or a folder has too few lines covered.
 */
const checkout = join(import.meta.dirname, "../..");
const args = process.argv.slice(2);
const measured = args[0] === "--check" || (await measure(checkout, args));
if (!measured || !(await printReport(checkout))) process.exitCode = 1;
