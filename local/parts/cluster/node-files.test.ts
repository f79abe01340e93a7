import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mountsUnder } from "../host/mounts.ts";
import { nodeLayout, outside } from "./layout.ts";
import {
  ensureMountNamespace,
  ensureMountsFolder,
  removeMountNamespace,
  removeMountsFolder,
} from "./mount-namespace.ts";
import { ensureSandboxImage } from "./sandbox-image.ts";
import type { Run } from "../machine.ts";

const run: Run = async (command, args) =>
  execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "node-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("mount namespace (needs root)", () => {
  it("is made anew when its making was cut off", async () => {
    const layout = nodeLayout(join(folder, "state"), join(folder, "run"), "node-a");
    const mounts = dirname(layout.mountNamespace);
    mkdirSync(layout.root, { recursive: true });
    writeFileSync(layout.resolvConf, "nameserver 10.42.0.2\n");
    try {
      await ensureMountsFolder(mounts, run);
      // The namespace is there and nothing is mounted in it: what a kill in the middle leaves.
      writeFileSync(layout.mountNamespace, "");
      await run("unshare", [`--mount=${layout.mountNamespace}`, "--propagation", "private", "--", "true"]);
      await ensureMountNamespace(layout, run);
      const resolv = await run("nsenter", [
        `--mount=${layout.mountNamespace}`,
        "--",
        "cat",
        "/etc/resolv.conf",
      ]);
      expect(resolv).toBe("nameserver 10.42.0.2\n");
    } finally {
      await removeMountNamespace(layout, run);
      await removeMountsFolder(mounts, run);
    }
  });

  it("gives a node folders and sysctls of its own, and ends without a trace", async () => {
    const layout = nodeLayout(join(folder, "state"), join(folder, "run"), "node-a");
    const mounts = dirname(layout.mountNamespace);
    const overcommit = readFileSync("/proc/sys/vm/overcommit_memory", "utf8");
    const inNode = (command: string): Promise<string> =>
      run("nsenter", [`--mount=${layout.mountNamespace}`, "--", "sh", "-euc", command]);
    mkdirSync(layout.root, { recursive: true });
    writeFileSync(layout.resolvConf, "nameserver 10.42.0.2\n");
    try {
      await ensureMountsFolder(mounts, run);
      await ensureMountNamespace(layout, run);
      const inode = statSync(layout.mountNamespace).ino;
      await ensureMountNamespace(layout, run);
      expect(statSync(layout.mountNamespace).ino).toBe(inode);
      expect(await inNode("cat /etc/resolv.conf /proc/sys/vm/overcommit_memory")).toBe(
        "nameserver 10.42.0.2\n1\n",
      );
      await inNode("echo here > /var/lib/file; mkdir /run/volume; mount -t tmpfs none /run/volume");
      expect(readFileSync(outside(layout, "/var/lib/file"), "utf8")).toBe("here\n");
      expect(readFileSync("/proc/sys/vm/overcommit_memory", "utf8")).toBe(overcommit);
      expect([...mountsUnder([folder])].sort()).toEqual([mounts, layout.mountNamespace]);
    } finally {
      await removeMountNamespace(layout, run);
      await removeMountsFolder(mounts, run);
    }
    expect(mountsUnder([folder])).toEqual([]);
    await removeMountNamespace(layout, run);
    await removeMountsFolder(mounts, run);
  });
});

describe("ensureSandboxImage", () => {
  it("writes an OCI archive whose blobs are what their names say", async () => {
    const file = join(folder, "image.tar");
    await ensureSandboxImage(file, run);
    const image = join(folder, "image");
    mkdirSync(image);
    await run("tar", ["-xf", file, "-C", image]);
    const blobs = join(image, "blobs", "sha256");
    for (const name of readdirSync(blobs)) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(blobs, name)))
          .digest("hex"),
      ).toBe(name);
    }
    const read = (path: string): Record<string, unknown> =>
      JSON.parse(readFileSync(join(image, path), "utf8")) as Record<string, unknown>;
    const [manifest] = read("index.json")["manifests"] as { digest: string; annotations: object }[];
    expect(manifest?.annotations).toEqual({ "io.containerd.image.name": "localhost/twinstack-sandbox:1" });
    const { config, layers } = read(`blobs/sha256/${manifest?.digest.slice(7) ?? ""}`) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    expect(read(`blobs/sha256/${config.digest.slice(7)}`)).toMatchObject({
      config: { Entrypoint: ["/pause", "-P"], User: "65535:65535" },
      rootfs: { diff_ids: layers.map(({ digest }) => digest) },
    });
    const listing = await run("tar", ["-tvf", join(blobs, layers[0]?.digest.slice(7) ?? "")]);
    expect(listing).toMatch(/^-rwxr-xr-x 0\/0 .* pause\n$/);
    expect(readdirSync(folder).sort()).toEqual(["image", "image.tar"]);
  });

  it("keeps the archive that is there", async () => {
    const file = join(folder, "image.tar");
    writeFileSync(file, "kept");
    await ensureSandboxImage(file, () => Promise.reject(new Error("nothing is to be run")));
    expect(readFileSync(file, "utf8")).toBe("kept");
  });
});
