/** Writes docs/costs.md; with `--check` only says whether it is what would be written. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { checkout } from "../checkout.ts";
import { programResources } from "../program-inputs.ts";
import { billOf } from "./bill.ts";
import { report } from "./report.ts";

const path = join(checkout, "docs/costs.md");
const staging = billOf("staging", await programResources(checkout, "staging"));
const prod = billOf("prod", await programResources(checkout, "prod"));
const options = (await resolveConfig(path)) ?? {};
const text = await format(report({ staging, prod }), { ...options, parser: "markdown" });

if (!process.argv.includes("--check")) {
  writeFileSync(path, text);
} else if (readFileSync(path, "utf8") !== text) {
  process.stderr.write(
    "docs/costs.md is not what doorways/costs/write.ts writes: run it, and commit the file\n",
  );
  process.exitCode = 1;
}
