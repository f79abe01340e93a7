import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../../../local/toolchain/run.ts";
import { clockEnvironment, qemuArguments, type Purpose } from "./qemu-arguments.ts";
import type { Accelerator } from "./accelerator.ts";
import type { Emulator } from "./emulator.ts";
import type { Image } from "./image.ts";

/** A guest that runs. */
export interface Machine {
  readonly port: number;
  /** Resolves when QEMU is gone, with its code and what it said; never rejects. */
  readonly ended: Promise<string>;
  /** Ends QEMU, like a pulled plug; resolves when it is gone. */
  stop(): Promise<void>;
}

/** What a machine is started from. */
export interface MachineOptions {
  readonly image: Image;
  readonly accelerator: Accelerator;
  readonly emulator: Emulator;
  /** The run's temporary folder: disk, key and console log lie there. */
  readonly folder: string;
}

export const consoleLogOf = (folder: string): string => join(folder, "console.log");
export const keyOfRun = (folder: string): string => join(folder, "key");

/** A port of loopback that nobody listens on at this moment. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** The run's own key and its own layer above the image's disk. */
export async function prepareRun(folder: string, { disk }: Image): Promise<void> {
  await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test-vm", "-f", keyOfRun(folder)]);
  await run("qemu-img", ["create", "-q", "-f", "qcow2", "-b", disk, "-F", "raw", join(folder, "disk.qcow2")]);
}

/** The library that slows a program's clock, where the package has put it. */
async function faketimeLibrary(): Promise<string> {
  const files = (await run("dpkg-query", ["--listfiles", "libfaketime"])).split("\n");
  const found = files.find((path) => path.endsWith("/libfaketimeMT.so.1"));
  if (found === undefined) throw new Error("the package libfaketime has no libfaketimeMT.so.1");
  return found;
}

/**
 * Starts QEMU, at lower priority than the host's other work, with its clock at `rate` of the real one. It dies with this process,
 * however that ends.
 */
export async function startMachine(
  { image, accelerator, emulator, folder }: MachineOptions,
  rate: number,
  purpose: Purpose,
): Promise<Machine> {
  const port = await freePort();
  const args = qemuArguments({
    image,
    disk: join(folder, "disk.qcow2"),
    accelerator: accelerator.name,
    port,
    publicKey: await readFile(`${keyOfRun(folder)}.pub`, "utf8"),
    consoleLog: consoleLogOf(folder),
    purpose,
  });
  const clock = clockEnvironment(rate, rate === 1 ? "" : await faketimeLibrary());
  const settings = Object.entries(clock).map(([name, value]) => `${name}=${value}`);
  const lead = [
    "--pdeathsig",
    "KILL",
    "nice",
    "--adjustment=5",
    "env",
    ...settings,
    emulator.program,
    ...emulator.args,
  ];
  // A process group of its own: Ctrl-C is ours to handle.
  const child = spawn("setpriv", [...lead, ...args], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-2_000)));
  const ended = once(child, "close").then(
    ([code, by]: unknown[]) => `QEMU ended with ${String(by ?? code)}: ${said.trim()}`,
    (error: unknown) => `QEMU could not be started: ${(error as Error).message}`,
  );
  const stop = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  return { port, ended, stop };
}
