import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Run } from "../machine.ts";

/** Never pulled: imported into each node's containerd. */
export const SANDBOX_IMAGE = "localhost/twinstack-sandbox:1";

/** Debian's catatonit is one static program whose `-P` does what the field's pause image does: hold and reap. */
const PAUSE_PROGRAM = "/usr/bin/catatonit";

/** Writes the sandbox image as an OCI archive (https://github.com/opencontainers/image-spec, v1.0) unless it is there. */
export async function ensureSandboxImage(file: string, run: Run): Promise<void> {
  if (existsSync(file)) return;
  if (!existsSync(PAUSE_PROGRAM)) {
    throw new Error(
      `${PAUSE_PROGRAM} is not there: install Debian's package catatonit ("make doctor" lists it)`,
    );
  }
  const work = mkdtempSync(join(dirname(file), "sandbox-image-"));
  try {
    const root = join(work, "root");
    const image = join(work, "image");
    mkdirSync(root);
    mkdirSync(join(image, "blobs", "sha256"), { recursive: true });
    cpSync(PAUSE_PROGRAM, join(root, "pause"));
    const layerFile = join(work, "layer.tar");
    await run("tar", [...archive(layerFile, root), "pause"]);
    const blob = (content: Buffer): Descriptor => writeBlob(image, content);
    const layer = blob(readFileSync(layerFile));
    const config = blob(json(imageConfig(layer.digest)));
    const manifest = blob(json(imageManifest(config, layer)));
    writeFileSync(join(image, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
    writeFileSync(join(image, "index.json"), json(imageIndex(manifest)));
    await run("tar", [...archive(`${work}.tar`, image), "oci-layout", "index.json", "blobs"]);
    renameSync(`${work}.tar`, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

function imageConfig(diffId: string): unknown {
  return {
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: ["/pause", "-P"], User: "65535:65535" },
    rootfs: { type: "layers", diff_ids: [diffId] },
  };
}

function imageManifest(config: Descriptor, layer: Descriptor): unknown {
  return {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...layer }],
  };
}

function imageIndex(manifest: Descriptor): unknown {
  return {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        ...manifest,
        annotations: { "io.containerd.image.name": SANDBOX_IMAGE },
      },
    ],
  };
}

function writeBlob(image: string, content: Buffer): Descriptor {
  const hex = createHash("sha256").update(content).digest("hex");
  writeFileSync(join(image, "blobs", "sha256", hex), content);
  return { digest: `sha256:${hex}`, size: content.length };
}

function archive(file: string, folder: string): readonly string[] {
  return [
    "--create",
    `--file=${file}`,
    `--directory=${folder}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mtime=@0",
  ];
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
