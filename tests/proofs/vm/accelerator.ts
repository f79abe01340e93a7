import { accessSync, constants, readFileSync } from "node:fs";

/** How QEMU runs the guest, and the words that say why. */
export interface Accelerator {
  readonly name: "kvm" | "tcg";
  readonly why: string;
}

/**
 * KVM only where the processor says that it has virtualisation (`vmx` on Intel, `svm` on AMD): there are machines that have
 * /dev/kvm without it, and a stock kernel hangs there. `cpuinfo` is /proc/cpuinfo's text.
 */
export function chooseAccelerator(cpuinfo: string, deviceUsable: boolean): Accelerator {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.split(/\s+/) ?? [];
  const flag = ["vmx", "svm"].find((each) => flags.includes(each));
  if (flag === undefined) return { name: "tcg", why: "the processor shows neither vmx nor svm" };
  if (!deviceUsable) return { name: "tcg", why: `the processor has ${flag}, but /dev/kvm cannot be opened` };
  return { name: "kvm", why: `the processor has ${flag}, and /dev/kvm can be opened` };
}

/** What this machine has. */
export function accelerator(): Accelerator {
  return chooseAccelerator(readFileSync("/proc/cpuinfo", "utf8"), isUsable("/dev/kvm"));
}

function isUsable(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
