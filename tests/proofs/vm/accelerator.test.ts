import { chooseAccelerator } from "./accelerator.ts";

const cpuinfo = (flags: string): string => `processor\t: 0\nflags\t\t: fpu ${flags} sse2\nbugs\t\t:\n`;

describe("the accelerator", () => {
  it.each(["vmx", "svm"])("is KVM where the processor has %s and the device can be opened", (flag) => {
    expect(chooseAccelerator(cpuinfo(flag), true)).toEqual({
      name: "kvm",
      why: `the processor has ${flag}, and /dev/kvm can be opened`,
    });
  });

  it("is emulation where the device is there but the processor has no virtualisation", () => {
    expect(chooseAccelerator(cpuinfo("hypervisor vmxnet svm_lock"), true)).toEqual({
      name: "tcg",
      why: "the processor shows neither vmx nor svm",
    });
  });

  it("is emulation where the processor has it and the device cannot be opened", () => {
    expect(chooseAccelerator(cpuinfo("svm"), false)).toEqual({
      name: "tcg",
      why: "the processor has svm, but /dev/kvm cannot be opened",
    });
  });

  it("is emulation where nothing is known of the processor", () => {
    expect(chooseAccelerator("", true).name).toBe("tcg");
  });
});
