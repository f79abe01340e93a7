import { ensureRegion } from "../local/region/start.ts";
import { compileCacheDir } from "../local/paths.ts";
import { removeUnusedCode } from "../local/toolchain/compiled-code.ts";
import { fetchPackageLists, installPackages } from "../local/toolchain/debian-install.ts";
import { debianPackages } from "../local/toolchain/debian.ts";
import { installTools } from "../local/toolchain/install.ts";
import { blockers } from "./doctor.ts";
import { detail, step } from "./say.ts";
import { refuseStoppedParts } from "./stopped-parts.ts";
import { UserError } from "./user-error.ts";

/** Everything a stack operation needs: a fit machine, the toolchain, Debian's packages, a running region with no part stopped. */
export async function prepareMachine(): Promise<void> {
  await fetchPackageLists(detail);
  const problems = await blockers();
  if (problems.length > 0) throw new UserError(`this machine cannot run it:\n  ${problems.join("\n  ")}`);
  step("toolchain");
  await installTools(detail);
  await installPackages(await debianPackages(), detail);
  step("region");
  await ensureRegion({ parts: true, supervised: true });
  await refuseStoppedParts();
  await removeUnusedCode(compileCacheDir());
}
