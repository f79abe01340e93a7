import { distributionOf } from "./distribution.ts";

describe("OS=", () => {
  it("is Debian 12 where it is not given", () => {
    expect(distributionOf(undefined).suite).toBe("bookworm");
    expect(distributionOf("")).toBe(distributionOf("debian12"));
  });

  it.each(["debian", "Debian12", "../x"])("%s is refused with the names that are known", (name) => {
    expect(() => distributionOf(name)).toThrow(
      `OS: "${name}" is not a distribution this proof knows; write one of debian12`,
    );
  });

  it("has systemd, sshd and a kernel, and nothing that the parts need", () => {
    const { packages } = distributionOf("debian12");
    expect(packages).toEqual(
      expect.arrayContaining(["systemd-sysv", "openssh-server", "linux-image-cloud-amd64"]),
    );
    expect(
      packages.filter((name) => /^(postgresql|nginx|redis|haproxy|containerd|iptables)/.test(name)),
    ).toEqual([]);
  });
});
