import { clockEnvironment, qemuArguments, type MachineSpec } from "./qemu-arguments.ts";

const spec: MachineSpec = {
  image: { disk: "/c/disk.img", kernel: "/c/kernel", initrd: "/c/initrd" },
  disk: "/t/disk.qcow2",
  accelerator: "tcg",
  port: 4022,
  publicKey: "ssh-ed25519 AAAA proof\n",
  consoleLog: "/t/console.log",
  purpose: "prove",
};

const valueOf = (args: readonly string[], flag: string): string | undefined => args[args.indexOf(flag) + 1];

describe("QEMU's arguments", () => {
  it("boot the image's kernel from the run's own disk, never from the image's", () => {
    const args = qemuArguments(spec);
    expect(valueOf(args, "-kernel")).toBe("/c/kernel");
    expect(valueOf(args, "-initrd")).toBe("/c/initrd");
    expect(valueOf(args, "-drive")).toMatch(/^file=\/t\/disk\.qcow2,/);
    expect(args.join(" ")).not.toContain("/c/disk.img");
    expect(valueOf(args, "-serial")).toBe("file:/t/console.log");
  });

  it("open one port, on loopback alone", () => {
    expect(valueOf(qemuArguments(spec), "-netdev")).toBe("user,id=net,hostfwd=tcp:127.0.0.1:4022-:22");
  });

  it("let the run's key in, by a credential that holds no comma or blank", () => {
    const credential = valueOf(qemuArguments(spec), "-smbios") ?? "";
    const [, encoded = ""] = credential.split("ssh.authorized_keys.root=");
    expect(Buffer.from(encoded, "base64").toString()).toBe("ssh-ed25519 AAAA proof\n");
    expect(credential).toMatch(/^type=11,value=io\.systemd\.credential\.binary:[\w.]+=[\w+/=]+$/);
  });

  it("take the processor itself with KVM and an imitated one without", () => {
    expect(valueOf(qemuArguments({ ...spec, accelerator: "kvm" }), "-cpu")).toBe("host");
    expect(valueOf(qemuArguments(spec), "-accel")).toMatch(/^tcg,/);
  });
});

describe("QEMU's arguments to measure", () => {
  it("put the measuring program in init's place and end with it; to prove, systemd is init and a reboot is one", () => {
    const measuring = qemuArguments({ ...spec, purpose: "measure" });
    expect(valueOf(measuring, "-append")).toMatch(/ init=\/\S+ panic=-1$/);
    expect(measuring).toContain("-no-reboot");
    expect(valueOf(qemuArguments(spec), "-append")).not.toContain("init=");
    expect(qemuArguments(spec)).not.toContain("-no-reboot");
  });
});

describe("the clock's environment", () => {
  it("slows the clock by libfaketime, and does nothing at full speed", () => {
    expect(clockEnvironment(0.08, "/lib/faketime.so")).toEqual({
      LD_PRELOAD: "/lib/faketime.so",
      FAKETIME: "+0 x0.08",
    });
    expect(clockEnvironment(1, "/lib/faketime.so")).toEqual({});
  });
});
