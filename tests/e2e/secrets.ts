import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { clusterStack, configFile, platformStack, releaseStack } from "../../doorways/stack.ts";
import { pulumiOutput } from "../../doorways/pulumi.ts";
import { stateDir } from "../../local/paths.ts";
import { passwordOf, platformSecrets } from "./platform-secrets.ts";
import { stackOutputs } from "./stack.ts";

/** What must never be readable where it is not kept: each with a name to tell it by. */
export async function knownSecrets(): Promise<ReadonlyMap<string, string>> {
  const platform = await stackOutputs(platformStack);
  const preview = platform["preview"] as Readonly<Record<string, string>>;
  const kubeconfig = readFileSync(join(stateDir(), "kubeconfig"), "utf8");
  const key = /client-key-data"?: "?([A-Za-z0-9+/=]{100,})/.exec(kubeconfig)?.[1];
  const secrets = await platformSecrets();
  return new Map([
    ...["databaseAdmin", "databaseReadWrite", "databaseReadOnly"].map(
      (name) => [name, passwordOf(secrets, name)] as const,
    ),
    ["cacheAuthToken", secrets.get("cacheAuthToken") ?? ""],
    ["queueAuthToken", secrets.get("queueAuthToken") ?? ""],
    ["blue's preview value", preview["blue"] ?? ""],
    ["green's preview value", preview["green"] ?? ""],
    ["the administrator's key", key ?? ""],
    ["the passphrase of the stacks", readFileSync(join(stateDir(), "pulumi/passphrase"), "utf8")],
  ]);
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function commandLines(): string {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8");
      } catch {
        // It ended between the listing and the read.
        return "";
      }
    })
    .join("\n");
}

const gzip = Buffer.from([0x1f, 0x8b]);

/** The layers and the configuration of every image that was pushed, unpacked. */
function imageContents(): readonly Buffer[] {
  const blobs = filesBelow(join(stateDir(), "registry")).filter((path) => path.endsWith("/data"));
  return blobs.map((path) => {
    const blob = readFileSync(path);
    return blob.subarray(0, 2).equals(gzip) ? gunzipSync(blob) : blob;
  });
}

/** The places a secret could leak to, by name. */
export async function publicPlaces(): Promise<ReadonlyMap<string, readonly (string | Buffer)[]>> {
  const stacks = [platformStack, clusterStack, releaseStack("blue")];
  const exported = await Promise.all(
    stacks.map((stack) => pulumiOutput(["stack", "export", "--stack", stack])),
  );
  return new Map<string, readonly (string | Buffer)[]>([
    ["exported state", exported],
    ["state on disk", filesBelow(join(stateDir(), "pulumi/stacks")).map((path) => readFileSync(path))],
    ["live configuration", stacks.map((stack) => readFileSync(configFile(stack)))],
    ["logs", filesBelow(join(stateDir(), "log")).map((path) => readFileSync(path))],
    ["command lines", [commandLines()]],
    ["images", imageContents()],
  ]);
}
