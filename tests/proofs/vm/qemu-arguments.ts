import { measuringProgram } from "./guest-files.ts";
import type { Accelerator } from "./accelerator.ts";
import type { Image } from "./image.ts";

/** What a guest is started with. */
export interface MachineSpec {
  readonly image: Image;
  /** The run's own copy-on-write layer above the image's disk. */
  readonly disk: string;
  readonly accelerator: Accelerator["name"];
  /** Port on the host's loopback that leads to the guest's sshd. */
  readonly port: number;
  /** Public key that may log in as root, one line. */
  readonly publicKey: string;
  readonly consoleLog: string;
  readonly purpose: Purpose;
}

/** To run the phases, or only to measure how fast the guest is and end. */
export type Purpose = "prove" | "measure";

// Without these the emulation of `max` offers what it carries out slowest or not right (tried with QEMU 7.2): with memory
// protection keys V8 would guard the code that it compiles.
const emulation = [
  "-accel",
  "tcg,thread=multi,tb-size=1024",
  "-cpu",
  "max,la57=off,avx=off,avx2=off,pku=off",
];
const virtualisation = ["-accel", "kvm", "-cpu", "host"];

// Where the host has little time the kernel counts too few ticks in its timer check, and panics; with KVM it leaves the check out.
const kernelParameters = ["root=/dev/vda", "rw", "console=ttyS0", "no_timer_check"];
const measuringParameters = [`init=${measuringProgram}`, "panic=-1"];

/** QEMU's arguments. Two processors and 8 GiB, as a small machine of today has. */
export function qemuArguments(spec: MachineSpec): readonly string[] {
  const measure = spec.purpose === "measure";
  // systemd reads its credentials from the firmware's tables and writes this one to /root/.ssh/authorized_keys.
  const key = Buffer.from(`${spec.publicKey.trim()}\n`).toString("base64");
  const credential = `io.systemd.credential.binary:ssh.authorized_keys.root=${key}`;
  return [
    ...(spec.accelerator === "kvm" ? virtualisation : emulation),
    ...["-m", "8192", "-smp", "2"],
    ...["-kernel", spec.image.kernel, "-initrd", spec.image.initrd],
    ...["-append", [...kernelParameters, ...(measure ? measuringParameters : [])].join(" ")],
    // The measuring program takes init's place: when it ends the kernel reboots, and that ends QEMU.
    ...(measure ? ["-no-reboot"] : []),
    // The disk is thrown away: nothing of it has to be safe when the host's power fails.
    ...["-drive", `file=${spec.disk},if=virtio,format=qcow2,cache=unsafe,discard=unmap`],
    ...["-netdev", `user,id=net,hostfwd=tcp:127.0.0.1:${spec.port}-:22`],
    ...["-device", "virtio-net-pci,netdev=net"],
    ...["-device", "virtio-rng-pci"],
    ...["-smbios", `type=11,value=${credential}`],
    ...["-display", "none", "-monitor", "none", "-serial", `file:${spec.consoleLog}`],
  ];
}

/**
 * The environment in which QEMU sees a clock at `rate` of the real one; `library` is libfaketime's for programs with threads.
 * A guest at full speed needs none.
 */
export function clockEnvironment(rate: number, library: string): NodeJS.ProcessEnv {
  return rate === 1 ? {} : { LD_PRELOAD: library, FAKETIME: `+0 x${rate}` };
}
