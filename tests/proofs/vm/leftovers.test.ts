import { addedFiles, differences, withoutFilesOf } from "./leftovers.ts";

describe("what is left", () => {
  it("is nothing where two snapshots are equal", () => {
    const snapshot = { namespaces: ["a"], programs: ["/sbin/init"] };
    expect(differences(snapshot, snapshot)).toEqual([]);
  });

  it("is every entry that came, and every one that went", () => {
    const before = { links: ["ens3", "lo"], "enabled units": ["ssh.service"] };
    const after = {
      links: ["lo", "ts-vpc-1"],
      "enabled units": ["nginx.service", "ssh.service"],
      namespaces: ["ts"],
    };
    expect(differences(before, after)).toEqual([
      "links: + ts-vpc-1",
      "links: - ens3",
      "enabled units: + nginx.service",
      "namespaces: + ts",
    ]);
  });

  it("leaves out what logins and timers make, but never what bears a name of ours", () => {
    const after = {
      files: ["/run/user/0", "/run/twinstack", "/tmp/systemd-private-1", "/var/log/dpkg.log"],
      cgroups: [
        "/sys/fs/cgroup/user.slice/user-0.slice",
        "/sys/fs/cgroup/system.slice/apt-daily.service",
        "/sys/fs/cgroup/system.slice/twinstack-region.service",
        "/sys/fs/cgroup/twinstack",
      ],
      mounts: ["tmpfs /run/user/0 tmpfs rw 0 0", "tmpfs /run/netns tmpfs rw 0 0"],
    };
    expect(differences({}, after)).toEqual([
      "files: + /run/twinstack",
      "cgroups: + /sys/fs/cgroup/system.slice/twinstack-region.service",
      "cgroups: + /sys/fs/cgroup/twinstack",
      "mounts: + tmpfs /run/netns tmpfs",
    ]);
  });

  it("is no mount that a boot gave another number or size, and every one that is elsewhere or of another kind", () => {
    const before = {
      mounts: [
        "udev /dev devtmpfs rw,size=4060560k,nr_inodes=1015140 0 0",
        "systemd-1 /proc/sys/fs/binfmt_misc autofs rw,fd=30,pipe_ino=474 0 0",
      ],
    };
    const after = {
      mounts: [
        "udev /dev devtmpfs rw,size=4060556k,nr_inodes=1015139 0 0",
        "systemd-1 /proc/sys/fs/binfmt_misc autofs rw,fd=30,pipe_ino=1651 0 0",
      ],
    };
    expect(differences(before, after)).toEqual([]);
    expect(differences(before, { mounts: [...after.mounts, "tmpfs /dev tmpfs rw 0 0"] })).toEqual([
      "mounts: + tmpfs /dev tmpfs",
    ]);
  });

  it("counts programs and failed units that are new, not those that ended", () => {
    const before = { programs: ["/usr/bin/apt"], "failed units": ["a.service"] };
    const after = { programs: ["/usr/sbin/nginx"], "failed units": [] };
    expect(differences(before, after)).toEqual(["programs: + /usr/sbin/nginx"]);
  });

  it("excuses files of packages and no other entry of the same text", () => {
    const found = ["files: + /etc/nginx", "files: + /etc/ours", "mounts: + /etc/nginx"];
    expect(addedFiles(found)).toEqual(["/etc/nginx", "/etc/ours"]);
    expect(withoutFilesOf(found, ["/etc/nginx", ""])).toEqual(["files: + /etc/ours", "mounts: + /etc/nginx"]);
  });
});
