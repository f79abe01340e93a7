import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCheckpoint } from "./checkpoint.ts";

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "twinstack-checkpoint-"));
  path = join(folder, "local.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(latest: unknown, version = 3): void {
  writeFileSync(path, JSON.stringify({ version, checkpoint: { stack: "local", latest } }));
}

/** As the CLI writes an output that is secret. */
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };

it("reads the stack's outputs and not those of its resources", async () => {
  write({
    resources: [
      { type: "aws:ec2/vpc:Vpc", outputs: { url: "not this" } },
      {
        type: "pulumi:pulumi:Stack",
        outputs: { url: "http://page", database: { readers: [{ port: 5432 }] } },
      },
    ],
  });
  expect(await readCheckpoint(path)).toEqual({
    interrupted: false,
    outputs: { url: "http://page", database: { readers: [{ port: 5432 }] } },
  });
});

it("leaves out what is secret, or holds a secret anywhere", async () => {
  const outputs = {
    url: "http://page",
    secrets: secret,
    preview: { headers: [{ name: "x", value: secret }] },
  };
  write({ resources: [{ type: "pulumi:pulumi:Stack", outputs }] });
  expect((await readCheckpoint(path)).outputs).toEqual({ url: "http://page" });
});

it("knows what a killed update left", async () => {
  const pending = [{ type: "creating", resource: { type: "aws:ec2/vpc:Vpc" } }];
  write({ resources: [{ type: "pulumi:pulumi:Stack" }], pending_operations: pending });
  expect(await readCheckpoint(path)).toEqual({ interrupted: true, outputs: {} });
});

it("has nothing to say of a stack before its first update", async () => {
  write(undefined);
  expect(await readCheckpoint(path)).toEqual({ interrupted: false, outputs: {} });
});

it("refuses a layout it does not know, and a file that is none", async () => {
  write({}, 4);
  await expect(readCheckpoint(path)).rejects.toThrow(
    `${path} has layout 4, not 3: another version of pulumi wrote it; use that version on it`,
  );
  writeFileSync(path, "");
  await expect(readCheckpoint(path)).rejects.toThrow(
    `the stack's state cannot be read from ${path}: Unexpected end of JSON input`,
  );
  await expect(readCheckpoint(join(folder, "none.json"))).rejects.toThrow("ENOENT");
});
