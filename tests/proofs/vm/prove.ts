import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkout } from "../../../doorways/checkout.ts";
import { detail, step } from "../../../doorways/say.ts";
import { Interrupted, UserError } from "../../../doorways/user-error.ts";
import { installPackages } from "../../../local/toolchain/debian-install.ts";
import { run } from "../../../local/toolchain/run.ts";
import { accelerator, type Accelerator } from "./accelerator.ts";
import { bootMeasured, type Booted } from "./boot.ts";
import { brought } from "./brought.ts";
import { ensureEmulator, type Emulator } from "./emulator.ts";
import { distributionOf, type Distribution } from "./distribution.ts";
import { ensureImage, proofDir } from "./image.ts";
import { keepLogs } from "./kept-logs.ts";
import { prepareRun } from "./machine.ts";
import { runPhases } from "./phase-runner.ts";
import { phasesOf, type Outline } from "./plan.ts";
import { table, type Report } from "./report.ts";
import { Walk } from "./walk.ts";
import type { Guest } from "./guest.ts";

/** The host's packages: QEMU, the slowed clock, the file system's maker, the installer of the guest's root. */
const hostPackages = [
  "e2fsprogs",
  "git",
  "libfaketime",
  "mmdebstrap",
  "openssh-client",
  "perl",
  "qemu-system-x86",
  "qemu-utils",
  "util-linux",
];

const minute = 60_000;
/** A run that has not ended by then has failed. */
const runLimitMs = 150 * minute;

/** Reads what the machine is, from the machine. */
async function systemOf(guest: Guest): Promise<Pick<Report, "system" | "kernel" | "init" | "cgroup">> {
  const line =
    '. /etc/os-release; echo "$NAME $(cat /etc/debian_version)"; uname -r; ' +
    'echo "$(cat /proc/1/comm) $(systemctl --version | head -n 1 | cut -d" " -f2)"; stat -fc %T /sys/fs/cgroup';
  const lines = (await guest.read(line, { deadline: 60 })).trim().split("\n");
  const [system = "", kernel = "", init = "", fileSystem = ""] = lines;
  return { system, kernel, init, cgroup: fileSystem === "cgroup2fs" ? "v2" : `v1 (${fileSystem})` };
}

/** Prints the report and writes it beside the images. */
async function tell(report: Report): Promise<void> {
  await mkdir(proofDir(), { recursive: true });
  const file = join(proofDir(), "report.json");
  await writeFile(file, `${JSON.stringify(report, undefined, 2)}\n`);
  process.stdout.write(`${table(report)}\n`);
  step(`the same as JSON: ${file}`);
}

/** The phases in a guest that has booted, told whether they pass or not. Rejects with the failure of the one that does not. */
async function provePhases(
  { guest, slower, bootSeconds }: Booted,
  chosen: Accelerator,
  emulator: Emulator,
  phases: readonly Outline[],
  walk: Walk,
  signal: AbortSignal,
): Promise<void> {
  const system = await systemOf(guest);
  step(`${system.system}, kernel ${system.kernel}, ${system.init}, cgroup ${system.cgroup}`);
  const { results, failure } = await runPhases(walk, phases, guest.rate, signal);
  const boot = {
    name: "boot",
    what: "the machine boots",
    passed: true,
    realSeconds: bootSeconds,
    guestSeconds: bootSeconds * guest.rate,
    detail: "systemd says that the boot is over",
  };
  await tell({
    commit: (await run("git", ["rev-parse", "--short", "HEAD"], { cwd: checkout })).trim(),
    when: new Date().toISOString(),
    ...system,
    accelerator: chosen,
    qemu: emulator.version,
    slower,
    rate: guest.rate,
    brought: brought().map(({ what }) => what),
    phases: [boot, ...results],
    notRun: phases.slice(results.length).map(({ name }) => name),
  });
  if (failure !== undefined) throw failure;
}

/** From an image to a report; everything that the run made is gone when it ends. */
async function proveOnce(
  distribution: Distribution,
  phases: readonly Outline[],
  signal: AbortSignal,
): Promise<void> {
  const chosen = accelerator();
  step(`accelerator: ${chosen.name}, because ${chosen.why}`);
  step(`image: ${distribution.name}`);
  const emulator = await ensureEmulator(chosen, signal, detail);
  const image = await ensureImage(distribution, signal, detail);
  const folder = await mkdtemp(join(tmpdir(), "twinstack-vm-"));
  let printed = "";
  let booted: Booted | undefined;
  try {
    await prepareRun(folder, image);
    step("boot");
    booted = await bootMeasured({ image, accelerator: chosen, emulator, folder }, signal, detail);
    const hear = (text: string): void => {
      printed += text;
      process.stderr.write(text);
    };
    await provePhases(booted, chosen, emulator, phases, new Walk(booted.guest, folder, hear), signal);
  } catch (error) {
    if (signal.reason instanceof Interrupted) throw signal.reason;
    const kept = await keepLogs(folder, printed, signal.aborted ? undefined : booted?.guest);
    throw new UserError(`${(error as Error).message}\nwhat is left to read: ${kept}`);
  } finally {
    await booted?.machine.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `make test-vm`: OS= the distribution, PHASES= some of the phases. */
export async function prove(): Promise<void> {
  const distribution = distributionOf(process.env["OS"]);
  const phases = phasesOf(process.env["PHASES"]);
  if (process.getuid?.() !== 0) throw new UserError("the guest's root is installed by root: run it as root");
  const changed = await run("git", ["status", "--porcelain"], { cwd: checkout });
  if (changed !== "") step("what is not committed is not proved: the guest gets a clone of HEAD");
  step("packages");
  await installPackages(hostPackages, detail);
  const abort = new AbortController();
  const stop = (): void => abort.abort(new Interrupted("interrupted: the machine is stopped"));
  const late = new UserError(`not done after ${runLimitMs / minute} minutes`);
  const limit = setTimeout(() => abort.abort(late), runLimitMs);
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    await proveOnce(distribution, phases, abort.signal);
  } finally {
    clearTimeout(limit);
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}
