import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const firstRun = join(import.meta.dirname, "../../bin/first-run");
const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "first-run-"));
  program("id", "echo 0");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Puts a program on the only PATH there is; each also notes that it was called. */
function program(name: string, body = ":"): void {
  writeFileSync(join(folder, name), `#!/bin/sh\necho "called ${name} $*" >&2\n${body}\n`);
  chmodSync(join(folder, name), 0o755);
}

function run(doorway: string, osRelease = debian) {
  writeFileSync(join(folder, "os-release"), osRelease);
  const env = { PATH: folder, TWINSTACK_OS_RELEASE: join(folder, "os-release") };
  const { status, stdout, stderr } = spawnSync("/bin/sh", [firstRun, folder, doorway], {
    encoding: "utf8",
    env,
  });
  const called = stderr
    .split("\n")
    .filter((line) => line.startsWith("called ") && !line.startsWith("called id"));
  return { status, stdout, stderr, called };
}

describe("before Node is there", () => {
  it("doctor names what is missing and the command that installs it, and changes nothing", () => {
    expect(run("doctor")).toMatchObject({
      status: 1,
      called: [],
      stdout: `Debian GNU/Linux 12 (bookworm): what runs before everything else
  missing  npm              none that works on PATH; it fetches Node 24 and the libraries
                            → apt-get install --no-install-recommends npm
  missing  git              none on PATH
                            → apt-get install --no-install-recommends git
  missing  Go               none on PATH; it builds tools that are neither cached nor downloaded
                            → apt-get install --no-install-recommends golang-go
  missing  Node 24          not in this checkout yet, or the lock file changed
                            → "make up" fetches it by npm; "make doctor" then sees to the rest
`,
    });
  });

  it("doctor goes on where npm is there, and without a network says only what is missing", () => {
    for (const name of ["git", "go", "npm"]) program(name);
    expect(run("doctor")).toMatchObject({ status: 0, stdout: "" });
    program("npm", '[ "$1" = --version ] || { echo "npm error network" >&2; exit 1; }');
    const { status, stdout, stderr } = run("doctor");
    expect({ status, missing: stdout.match(/missing {2}.*(?= {2}\S)/g) }).toEqual({
      status: 1,
      missing: ["missing  Node 24        "],
    });
    expect(stderr).toContain(
      "twinstack: npm could not fetch what the lock file names; its words stand above",
    );
  });

  it("another distribution is told by its name that its packages are not Debian's", () => {
    expect(run("doctor", 'PRETTY_NAME="Fedora Linux 43"\nID=fedora\n').stdout).toContain(
      "→ npm by the package manager of Fedora Linux 43; the parts of the stack are packages of Debian 12, which this is not",
    );
    expect(run("doctor", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n').stdout).toContain("→ apt-get install");
  });

  it("uses the npm that is there", () => {
    program("npm");
    program("apt-get");
    expect(run("up")).toMatchObject({
      status: 0,
      called: ["called npm ci --ignore-scripts --loglevel=error"],
    });
  });

  it("gets npm by apt where there is none, or one that lost its Node; fetches the lists where apt has none", () => {
    const installed = `printf '#!/bin/sh\\necho "called npm $*" >&2\\n' >${folder}/npm; /bin/chmod 755 ${folder}/npm`;
    program("npm", "exit 127");
    program(
      "apt-get",
      `case "$1" in update) : >${folder}/lists ;; install) [ -e ${folder}/lists ] && { ${installed}; } ;; esac`,
    );
    const { status, called } = run("up");
    expect(status).toBe(0);
    expect(called.filter((line) => !line.includes("--version"))).toEqual([
      "called apt-get install -y -qq --no-install-recommends npm",
      "called apt-get update -qq",
      "called apt-get install -y -qq --no-install-recommends npm",
      "called npm ci --ignore-scripts --loglevel=error",
    ]);
  });

  it("tells a user who is not root the command, and ends", () => {
    program("id", "echo 1000");
    program("apt-get");
    expect(run("up")).toMatchObject({ status: 1, called: [] });
    expect(run("up").stderr).toContain(
      "twinstack: npm is not on PATH, and it fetches Node 24: apt-get install --no-install-recommends npm, as root",
    );
  });

  it("ends when apt cannot install it", () => {
    program("apt-get", "exit 100");
    expect(run("up").status).toBe(1);
    expect(run("up").stderr).toContain("twinstack: apt could not install npm; its words stand above");
  });
});
