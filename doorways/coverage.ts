import { installTools } from "../local/toolchain/install.ts";
import { measure } from "../tests/coverage/measure.ts";
import { printReport } from "../tests/coverage/result.ts";
import { checkout } from "./checkout.ts";
import { detail, step } from "./say.ts";
import { UserError } from "./user-error.ts";

/** The lines the unit and engine tests run, plugin processes counted; the exit code is 1 when they are too few. */
export async function coverage(): Promise<void> {
  step("toolchain");
  await installTools(detail);
  step("unit and engine tests, with their processes counted");
  if (!(await measure(checkout, [])))
    throw new UserError("a test failed, or jest did: its own words stand above");
  if (!(await printReport(checkout))) process.exitCode = 1;
}
