import { run } from "../../../local/toolchain/run.ts";
import { UserError } from "../../../doorways/user-error.ts";

const format = "$(ORIGIN)|$(REPO_URI)|$(CODENAME)|$(COMPONENT)";

/**
 * The one-line sources of Debian's own archive for a suite, out of what `apt-get indextargets` printed in `format`. A machine's
 * sources of another suite are those of this one with its name changed; other vendors' are left out.
 */
export function sourcesFor(suite: string, targets: string): readonly string[] {
  const lines = targets
    .split("\n")
    .map((line) => line.split("|"))
    .filter(([origin]) => origin === "Debian")
    .map(([, uri = "", codename = "", component = ""]) => {
      const dash = codename.indexOf("-");
      const pocket = dash === -1 ? "" : codename.slice(dash);
      return `deb ${uri} ${suite}${pocket} ${component}`;
    });
  return [...new Set(lines)].sort();
}

/** The sources of this machine's apt. Rejects with a UserError when none of them is Debian's. */
export async function aptSources(suite: string): Promise<readonly string[]> {
  const read = async (): Promise<readonly string[]> =>
    sourcesFor(suite, await run("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]));
  const known = await read();
  if (known.length > 0) return known;
  // The origin is told by the lists, which a machine may not have fetched yet.
  await run("apt-get", ["update", "-qq"]);
  const fetched = await read();
  if (fetched.length > 0) return fetched;
  throw new UserError(
    "apt on this machine has no source whose origin is Debian: the guest is made from those",
  );
}
